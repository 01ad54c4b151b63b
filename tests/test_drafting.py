"""A draft proposes what is certain, names what is not, and never gets a column wrong for sure."""

import csv
import io
import os
from pathlib import Path

import pytest
import yaml

from gongshi import cli
from gongshi.content import Look, profile
from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.base import load
from gongshi.drafting import Draft, as_json, as_text, code_for, draft_of, place_for, write
from gongshi.drafting.mapping import SURE
from gongshi.drafting.vocabulary import vocabulary_of
from gongshi.errors import FileRefusedError, UsageError
from gongshi.ingest import load_agencies
from gongshi.ingest.layouts import titles_of
from gongshi.readers.header import normal
from gongshi.site import create
from gongshi.table_schema import load_all

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
AGENCIES = load_agencies(ROOT / "ingest")
SCHEMAS = load_all(ROOT / "schemas")
SAMPLES = {code: next((ROOT / "ingest" / code).glob("sample.*")) for code in AGENCIES}
REAL = [
    (code, path)
    for code in ("cbirc-2022", "cbrc-2017")
    for path in sorted((DATA / code).glob("*"))
    if path.suffix in (".csv", ".xlsx")
]
STRANGERS = (
    "tax-credit-a-2018/jiangxi.csv",
    "enterprise-registry/raw_2002_西藏.xls",
    "food-sampling/3-4国内22年20230718210234.csv",
    "ma-dep-enforcement/MADEP_enforcement_actions.csv",
    "ofac-sdn/sdn-2022-03-31.csv",
    "messy-spreadsheets/poi_19599-2.xls",
    "messy-spreadsheets/poi_49273.xlsx",
)
needs_data = pytest.mark.skipif(not REAL, reason=f"no real files under {DATA} (GONGSHI_REAL_DATA)")


def drafted(path: Path, *, without: str = "") -> Draft:
    """Return a draft by all declared agencies but one."""
    known = [spec for code, spec in AGENCIES.items() if code != without]
    return draft_of(path, "trial", known, SCHEMAS)


def against_truth(code: str, made: Draft) -> tuple[int, int, list[str]]:
    """Return columns mapped right, columns with a field in truth, and what is wrong for sure."""
    spec = AGENCIES[code]
    truth: dict[str, str] = {}
    for titles in titles_of(spec, SCHEMAS[spec.schema_name]):
        truth |= titles.fields
    width = max(each.index for each in made.found.columns) + 1
    order = next((each.order for each in spec.layouts if len(each.order) == width), ())
    right, wrong, fields = 0, [], 0
    for each in made.found.columns:
        title = each.title if made.facts.table.row or not order else order[each.index]
        wanted = truth.get(normal(title), "")
        fields += bool(wanted)
        right += bool(wanted) and each.field == wanted
        if each.is_sure and each.field != wanted:
            wrong.append(f"{title}: {each.field}, not {wanted or 'anything'}")
    return right, fields, wrong


@pytest.mark.parametrize("code", AGENCIES)
def test_a_declared_agency_is_found_again_without_its_declaration(code: str) -> None:
    made = drafted(SAMPLES[code], without=code)

    right, fields, wrong = against_truth(code, made)

    assert made.found.schema.name == AGENCIES[code].schema_name
    assert wrong == []
    assert right == fields


@needs_data
@pytest.mark.real_data
def test_no_column_of_a_real_file_is_wrong_for_sure() -> None:
    found = [(path.name, *against_truth(code, drafted(path, without=code))) for code, path in REAL]

    headed = [(right, fields) for _, right, fields, _ in found]
    assert [wrong for *_, wrong in found if wrong] == []
    assert sum(right for right, _ in headed) >= 0.75 * sum(fields for _, fields in headed)


@needs_data
@pytest.mark.real_data
@pytest.mark.parametrize("name", STRANGERS)
def test_a_strange_table_gives_a_draft_that_loads_and_claims_little(name: str) -> None:
    made = drafted(DATA / name)

    spec = AgencySpec.model_validate(yaml.safe_load(made.text))
    content_alone = [
        each
        for each in made.found.columns
        if each.field and not each.evidence[0].startswith("列名")
    ]
    assert spec.draft
    assert all(each.confidence < SURE for each in content_alone)


LEDGER = """甲市城市管理局案件台账
序号,当事人,类型,证照代码,负责人,决定书编号,查明事实,处罚依据,处罚决定,决定日期,执法机关,手机
1,甲市示例商贸有限公司,单位,91990102MA0ABCDE1B,李示例,甲城管罚字〔2026〕1号,当事人在示例路口堆放货物妨碍通行,《城市道路管理条例》第四十二条,罚款人民币贰万元整,2026年4月7日,甲市城管局,19900000001
2,甲市示例小吃店,个体,92990102MA0TTTTT37,赵示例,甲城管罚字〔2026〕2号,当事人在店外摆放桌椅占用人行道,《甲市市容管理条例》第二十条,警告,2026/4/8,甲市城市管理局,19900000002
3,张某某,个人,,,甲城管罚字〔2026〕3号,当事人砍伐行道树一株未经批准,《城市绿化条例》第二十六条,罚款3000元,20260409,甲市城市管理局,19900000003
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Write an office's own ledger, all of it invented."""
    file = tmp_path / "ledger.csv"
    file.write_text(LEDGER, encoding="utf-8")
    return file


def test_an_office_s_own_words_are_understood(ledger: Path) -> None:
    made = drafted(ledger)

    fields = {each.title: each.field for each in made.found.columns}
    assert made.facts.table.row == 2
    assert fields == {
        "序号": "",
        "当事人": "CF_XDR_MC",
        "类型": "CF_XDR_LB",
        "证照代码": "CF_XDR_SHXYM",
        "负责人": "CF_FRDB",
        "决定书编号": "CF_WSH",
        "查明事实": "CF_SY",
        "处罚依据": "CF_YJ",
        "处罚决定": "CF_NR",
        "决定日期": "CF_JDRQ",
        "执法机关": "CF_CFJG",
        "手机": "",
    }
    assert made.facts.authorities == ("甲市城市管理局", "甲市城管局")


def test_a_draft_holds_no_content_but_titles_and_authorities(ledger: Path) -> None:
    made = drafted(ledger)

    shown = made.text + as_text(made, ledger) + str(as_json(made))
    cells = [cell for row in list(csv.reader(io.StringIO(LEDGER)))[2:] for cell in row[1:] if cell]
    leaked = {cell for cell in cells if cell in shown} - {
        "甲市城管局",
        "甲市城市管理局",
        "警告",
        "单位",
    }
    assert leaked == set()


def test_the_first_record_of_a_file_without_header_is_no_header(tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    file.write_text("\n".join(LEDGER.splitlines()[2:] * 2), encoding="utf-8")

    made = drafted(file)

    found = {each.field: each for each in made.found.columns if each.field}
    assert made.facts.table.row == 0
    assert {"CF_WSH", "CF_JDRQ", "CF_XDR_SHXYM"} <= found.keys()
    assert all(each.confidence < SURE for each in found.values())
    assert "张某某" not in made.text
    assert "李示例" not in made.text


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("none.csv", None, "F01"),
        ("empty.csv", "", "F01"),
        ("one.csv", "甲市处罚信息\n甲市处罚信息公示\n行政处罚信息\n", "F07"),
    ],
)
def test_a_file_without_a_table_is_refused(
    tmp_path: Path, name: str, content: str | None, rule: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(FileRefusedError) as refused:
        drafted(tmp_path / name)

    assert refused.value.rule == rule


def test_a_draft_is_never_written_over_a_file(ledger: Path, tmp_path: Path) -> None:
    made = drafted(ledger)
    write(made, place_for(tmp_path, "trial"))

    with pytest.raises(UsageError, match="已存在"):
        place_for(tmp_path, "trial")
    assert load(AgencySpec, tmp_path / "trial" / "agency.yml").draft


@pytest.mark.parametrize("code", ["../trial", "Trial", "a b", "", "甲"])
def test_a_code_that_is_none_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError):
        place_for(tmp_path, code)


@pytest.mark.parametrize("name", ["甲.csv", "A.b.xlsx", "__.csv", "2026年3月.csv"])
def test_every_file_name_gives_a_code(tmp_path: Path, name: str) -> None:
    assert place_for(tmp_path, code_for(Path(name))).parent.parent == tmp_path


def test_check_reads_by_a_draft_and_ingest_refuses_to(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = create(tmp_path / "site").root
    start = ["--root", str(site), "--today", "2026-04-10"]

    drafting = cli.main([*start, "new-agency", str(ledger), "--code", "jia"])
    told = capsys.readouterr().out
    again = cli.main([*start, "new-agency", str(ledger), "--code", "jia"])
    checked = cli.main([*start, "check", str(ledger), "--agency", "jia"])
    capsys.readouterr()
    taken = cli.main([*start, "ingest", str(ledger), "--agency", "jia"])
    refusal = capsys.readouterr().err
    unnamed = cli.main([*start, "check", str(ledger)])

    assert (drafting, again, checked, taken, unnamed) == (0, 2, 1, 2, 2)
    assert "决定书编号 → CF_WSH" in told
    assert "草稿" in refusal
    assert not (site / "var" / "registry.db").exists()


def test_the_reference_site_has_no_drafts() -> None:
    assert [code for code, spec in AGENCIES.items() if spec.draft] == []


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("91990102MA0ABCDE1B", Look.USCC),
        ("990101600000003", Look.REG_NO),
        ("11999919900108007X", Look.IDENTITY),
        ("2026 年 4 月 7 日", Look.DAY),
        ("1,000元", Look.MONEY),
        ("贰万元整", Look.MONEY),
        ("0.5", Look.NUMBER),
        ("甲市监罚字〔2026〕1号", Look.DOC_NO),
        ("个体工商户", Look.CATEGORY),
        ("罚款;警告", Look.KINDS),
        ("甲市中级人民法院", Look.AUTHORITY),
        ("示例银行甲市支行", Look.ORGANISATION),
        ("张某某(时任行长)、李某", Look.PERSON),
        ("《公路法》第七十六条", Look.LAW),
        ("决定罚款3000元", Look.DECISION),
        ("https://jia.example/1", Look.URL),
    ],
)
def test_a_cell_has_the_look_of_what_it_is(text: str, look: Look) -> None:
    assert look in profile([text]).shares


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("91990102MA0ABCDE1C", Look.USCC),
        ("2026-02-30", Look.DAY),
        ("2026年4月7日", Look.DOC_NO),
        ("甲市示例商贸有限公司", Look.PERSON),
        ("张某某", Look.AUTHORITY),
        ("罚款人民币贰万元整", Look.MONEY),
    ],
)
def test_a_cell_has_no_look_of_what_it_is_not(text: str, look: Look) -> None:
    assert look not in profile([text]).shares


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("行政处罚决定书文号", "CF_WSH"),
        ("处罚单位名称", "organisation"),
        ("处罚决定书的文号", "CF_WSH"),
        ("执法单位", "CF_CFJG"),
    ],
    ids=["own", "another agency's", "alike", "a telling word"],
)
def test_a_title_is_known_by_several_ways(title: str, field: str) -> None:
    vocabulary = vocabulary_of(SCHEMAS["penalty"], AGENCIES.values())

    meanings = vocabulary.meanings(title)

    assert max(meanings.values(), key=lambda each: each.score).field == field
