"""Redaction as law: rows with days, places and sources; what may never be shown."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from gongshi.declarations.base import load
from gongshi.declarations.redaction_policy import (
    ALWAYS_HIDDEN,
    ELEMENTS,
    NaturalPersonName,
    RedactionFile,
    load_redaction_policy,
)
from gongshi.errors import SpecError
from gongshi.redaction import ELEMENTS as KNOWN_ELEMENTS

POLICIES = Path(__file__).parents[1] / "schemas" / "policies"
ROW = {
    "code": "everywhere",
    "effective_from": date(2014, 6, 1),
    "natural_person_name": "surname",
    "sole_trader_operator": "shown",
    "legal_representative": "shown",
    "source": "示例规定第一条",
    "confidence": "sourced",
}


def written(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "redaction.yml").write_text(yaml.safe_dump({"rows": list(rows)}), encoding="utf-8")
    return folder


def test_the_reference_site_shows_a_person_as_a_surname() -> None:
    policy = load_redaction_policy(POLICIES, date(2026, 11, 22))

    row = policy.row_for("standard", "110000")

    assert row.natural_person_name is NaturalPersonName.SURNAME
    assert row.hidden == frozenset(ELEMENTS)


def test_the_reference_policy_says_of_every_element_where_it_stands_in_the_law() -> None:
    file = load(RedactionFile, POLICIES / "redaction.yml")

    assert sorted(law.element for law in file.elements) == sorted(ELEMENTS)
    assert {law.element for law in file.elements if not law.may_show} == ALWAYS_HIDDEN


def test_what_was_entered_from_memory_or_is_disputed_is_marked() -> None:
    file = load(RedactionFile, POLICIES / "redaction.yml")

    for rule in (*file.elements, *file.rows):
        assert rule.confidence != "sourced" or "凭记忆" not in rule.note
        assert rule.source


def test_elements_are_those_of_the_rules() -> None:
    assert set(ELEMENTS) == set(KNOWN_ELEMENTS)
    assert set(ELEMENTS) >= ALWAYS_HIDDEN


def test_the_most_specific_row_counts(tmp_path: Path) -> None:
    province = ROW | {"code": "p", "jurisdictions": ["37"], "natural_person_name": "unpublished"}
    agency = ROW | {"code": "a", "agencies": ["示例"], "natural_person_name": "full"}
    policy = load_redaction_policy(written(tmp_path, ROW, province, agency), date(2026, 1, 1))

    assert policy.row_for("other", "370101").code == "p"
    assert policy.row_for("示例", "370101").code == "a"
    assert policy.row_for("other", "").code == "everywhere"


def test_a_row_holds_only_in_its_days(tmp_path: Path) -> None:
    old = ROW | {"effective_to": date(2020, 12, 31)}
    new = ROW | {
        "code": "new",
        "effective_from": date(2021, 1, 1),
        "legal_representative": "masked",
    }
    folder = written(tmp_path, old, new)

    assert load_redaction_policy(folder, date(2020, 12, 31)).row_for("x", "").code == "everywhere"
    assert load_redaction_policy(folder, date(2021, 1, 1)).row_for("x", "").code == "new"


@pytest.mark.parametrize(
    "row",
    [
        ROW | {"elements": {"mobile": "shown"}},
        ROW | {"elements": {"shoe_size": "shown"}},
        ROW | {"minors": "published"},
        ROW | {"natural_person_names": "full"},
        ROW | {"jurisdictions": ["37"]},
        ROW | {"jurisdictions": ["370"]},
        ROW | {"jurisdictions": [37]},
        ROW | {"effective_to": date(2013, 1, 1)},
        ROW | {"confidence": "conflict"},
        ROW | {"source": " "},
        ROW | {"elements": {"birth_date": "shown"}},
        ROW | {"effective_from": date(2030, 1, 1)},
    ],
)
def test_a_broken_policy_names_its_file(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(SpecError, match=r"redaction\.yml"):
        load_redaction_policy(written(tmp_path, row), date(2026, 1, 1))


def test_a_code_stands_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="重复"):
        load_redaction_policy(written(tmp_path, ROW, ROW), date(2026, 1, 1))


LAW = ROW | {
    "code": "law",
    "jurisdictions": ["37"],
    "binding": True,
    "natural_person_name": "unpublished",
}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"jurisdictions": ["3701"], "natural_person_name": "full"}, "公开得比 law 允许的多"),
        ({"jurisdictions": ["370102"], "agencies": ["示例"]}, "公开得比 law 允许的多"),
        ({"jurisdictions": ["37"], "natural_person_name": "unpublished"}, "分不出先后"),
        ({"code": "everywhere2"}, "分不出先后"),
        ({"agencies": ["没有的机构"]}, "没有声明"),
    ],
)
def test_a_policy_that_says_too_much_or_two_things_is_refused(
    tmp_path: Path, row: dict[str, object], words: str
) -> None:
    folder = written(tmp_path, ROW, LAW, ROW | {"code": "more"} | row)

    with pytest.raises(SpecError, match=words):
        load_redaction_policy(folder, date(2026, 1, 1), areas={"示例": ""})


def test_no_row_shows_more_than_the_law_of_the_place_however_close_it_is(tmp_path: Path) -> None:
    agency = ROW | {"code": "a", "agencies": ["示例"], "natural_person_name": "full"}
    policy = load_redaction_policy(written(tmp_path, ROW, LAW, agency), date(2026, 1, 1))

    assert policy.row_for("示例", "370101").natural_person_name is NaturalPersonName.UNPUBLISHED
    assert policy.row_for("示例", "110101").natural_person_name is NaturalPersonName.FULL


def test_an_authority_without_an_area_is_ruled_by_that_of_its_agency(tmp_path: Path) -> None:
    policy = load_redaction_policy(
        written(tmp_path, ROW, LAW), date(2026, 1, 1), areas={"示例": "3701", "b": ""}
    )

    assert policy.row_for("示例", "").code == "law"
    assert policy.row_for("b", "").code == "everywhere"
    assert policy.row_for("示例", "110101").code == "everywhere"


def test_two_rows_that_name_the_same_agency_are_refused(tmp_path: Path) -> None:
    two = ROW | {"code": "two", "agencies": ["a", "b"]}
    one = ROW | {"code": "one", "agencies": ["a"], "natural_person_name": "full"}

    with pytest.raises(SpecError, match="分不出先后"):
        load_redaction_policy(written(tmp_path, ROW, two, one), date(2026, 1, 1))


def test_what_the_law_says_of_an_element_holds_on_its_days(tmp_path: Path) -> None:
    law = {
        "element": "plate",
        "may_show": False,
        "effective_from": date(2027, 1, 1),
        "source": "示例规定",
        "confidence": "sourced",
    }
    rows = [ROW | {"elements": {"plate": "shown"}}]
    text = yaml.safe_dump({"elements": [law], "rows": rows}, allow_unicode=True)
    (tmp_path / "redaction.yml").write_text(text, encoding="utf-8")

    shown = load_redaction_policy(tmp_path, date(2026, 1, 1)).row_for("x", "")
    assert "plate" not in shown.hidden
    with pytest.raises(SpecError, match="不得公开"):
        load_redaction_policy(tmp_path, date(2027, 1, 1))


def test_an_element_that_is_always_hidden_cannot_be_declared_otherwise(tmp_path: Path) -> None:
    law = {
        "element": "mobile",
        "may_show": True,
        "effective_from": date(2020, 1, 1),
        "source": "示例规定",
        "confidence": "sourced",
    }
    text = yaml.safe_dump({"elements": [law], "rows": [ROW]}, allow_unicode=True)
    (tmp_path / "redaction.yml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match="never be shown"):
        load_redaction_policy(tmp_path, date(2026, 1, 1))
