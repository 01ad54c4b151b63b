"""The schemas of the reference site, the code lists beside them, and what a broken schema says."""

import csv
import json
import re
from pathlib import Path

import pytest

from gongshi import table_schema
from gongshi.deidentify.layouts import LAYOUTS
from gongshi.errors import SpecError
from gongshi.formats import kinds
from gongshi.formats.text import fold
from gongshi.models import Category
from gongshi.records import KINDS
from gongshi.validate.rules import RULES

SCHEMAS = Path(__file__).parents[1] / "schemas"
NAMES = ("penalty", "license", "list-entry", "penalty-event", "case-transfer")
CHINESE = re.compile("[一-龥]")


def codes(name: str) -> list[dict[str, str]]:
    with (SCHEMAS / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_is(name: str) -> None:
    schema = table_schema.load(SCHEMAS, name)

    for each in schema.fields:
        assert CHINESE.search(each.title)
        assert CHINESE.search(each.description)
        assert each.title_en
        assert each.description_en
        assert each.source
        assert each.requirement in {"R", "C", "O"}
        assert each.is_required == (each.requirement == "R")
        assert each.publication_range in {1, 2, 3}
        assert each.mask in {"none", "person-name", "text", "remove"}
        assert set(each.rules.values()) <= RULES.keys()


def test_the_penalty_schema_has_the_thirty_fields_of_2019_in_order_and_the_full_text() -> None:
    schema = table_schema.load(SCHEMAS, "penalty")

    assert " ".join(schema.names) == (
        "CF_XDR_MC CF_XDR_LB CF_XDR_SHXYM CF_XDR_GSZC CF_XDR_ZZJG CF_XDR_SWDJ CF_XDR_SYDW "
        "CF_XDR_SHZZ CF_FRDB CF_FR_ZJLX CF_FR_ZJHM CF_XDR_ZJLX CF_XDR_ZJHM CF_WSH CF_WFXW CF_SY "
        "CF_YJ CF_CFLB CF_NR CF_NR_FK CF_NR_WFFF CF_NR_ZKDX CF_JDRQ CF_YXQ CF_GSJZQ CF_CFJG "
        "CF_CFJGDM CF_SJLY CF_SJLYDM BZ FULL_TEXT"
    )


def test_identity_numbers_are_withheld() -> None:
    withheld = {
        each.name
        for name in NAMES
        for each in table_schema.load(SCHEMAS, name).fields
        if each.is_withheld
    }

    assert {"CF_FR_ZJHM", "CF_XDR_ZJHM", "ID_NO", "CF_SY", "CF_NR", "BZ"} <= withheld


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("CF_XDR_SHXYM", "CF_XDR_SHXYM"),
        ("cf_fr_sfzh", "CF_FR_ZJHM"),
        ("行政相对人代码_1 (统一社会信用代码)", "CF_XDR_SHXYM"),
        ("行政相对人代码＿1（统一社会信用代码）", "CF_XDR_SHXYM"),
        ("罚款金额(万元)", "CF_NR_FK"),
        ("CF_XZJG", "CF_CFJG"),
    ],
)
def test_headers_are_found_by_code_title_and_alias(header: str, name: str) -> None:
    schema = table_schema.load(SCHEMAS, "penalty")

    assert schema.aliases[fold(header).upper()] == name


def test_code_lists_agree_with_the_program() -> None:
    labels = {row["code"]: row["label"] for row in codes("penalty-kinds")}
    older = {label for row in codes("penalty-kinds") for label in row["older_labels"].split("|")}

    assert labels == dict(kinds.LABELS)
    assert older - {""} == set(kinds.CODES) - set(kinds.LABELS.values())
    assert {row["label"] for row in codes("party-categories")} == set(Category)


def test_code_lists_agree_with_the_schemas() -> None:
    penalty = table_schema.load(SCHEMAS, "penalty")
    event = table_schema.load(SCHEMAS, "penalty-event")
    pattern = re.compile(penalty.by_role["id_type"].constraints["pattern"])

    events = [row["label"] for row in codes("penalty-events")]
    assert events == event.by_role["event"].constraints["enum"]
    assert all(
        pattern.fullmatch(row["label"].replace("其他-", "其他-军官证")) for row in codes("id-types")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "不是有效的 JSON"),
        ("{}", "没有 fields"),
        ('{"fields": [{"title": "x"}]}', "没有 fields"),
        ('{"fields": [{"name": "a"}, {"name": "a"}]}', "有重复的值"),
    ],
)
def test_a_broken_schema_names_the_file(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "penalty.json").write_text(content, encoding="utf-8")

    with pytest.raises(SpecError, match=f"schemas/penalty.json.*{reason}"):
        table_schema.load(tmp_path, "penalty")


def test_a_missing_schema_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"schemas/none.json: 文件不存在"):
        table_schema.load(tmp_path, "none")


def test_missing_values_may_carry_labels() -> None:
    descriptor = {"missingValues": [{"value": "NA", "label": "none"}], "fields": [{"name": "a"}]}

    schema = table_schema.from_descriptor("x", json.loads(json.dumps(descriptor)))

    assert schema.missing_values == ("NA",)


def test_no_column_of_a_record_has_the_name_of_what_is_kept_beside_it() -> None:
    beside = {"rid", "id", "party_key", "content_hash", "version", "agency", "batch"}
    beside |= {
        "first_batch",
        "received_on",
        "published_on",
        "publish_until",
        "state",
        "shown",
        "seq",
    }

    for kind in KINDS.values():
        assert beside.isdisjoint(kind.columns), kind.schema
        assert set(kind.key) <= {*kind.columns, "party_key"}
        assert set(LAYOUTS[kind.schema].columns) == set(kind.columns)
