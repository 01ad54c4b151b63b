"""Redaction as law: rows with days, places and sources; what may never be shown."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from gongshi.declarations.redaction_policy import (
    ALWAYS_HIDDEN,
    ELEMENTS,
    NaturalPersonName,
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
        ROW | {"effective_from": date(2030, 1, 1)},
    ],
)
def test_a_broken_policy_names_its_file(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(SpecError, match=r"redaction\.yml"):
        load_redaction_policy(written(tmp_path, row), date(2026, 1, 1))


def test_a_code_stands_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="重复"):
        load_redaction_policy(written(tmp_path, ROW, ROW), date(2026, 1, 1))
