"""The law as data: every row says where it comes from, and a slip in a file is named."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest

from gongshi.declarations.policy import Policies, Regime, load_policies
from gongshi.errors import SpecError
from gongshi.formats.kinds import LABELS
from tests.registry_world import POLICIES, ROOT

LAW = POLICIES.publication


def test_policies_survive_the_ledger() -> None:
    assert Policies.model_validate_json(POLICIES.model_dump_json()) == POLICIES


def test_every_kind_but_the_fine_has_one_grade() -> None:
    assert sorted(row.kind for row in LAW.kinds) == sorted(LABELS.keys() - {"P03"})


def test_every_category_has_a_grade_for_any_fine() -> None:
    lowest = {
        category for row in LAW.fines if row.at_least_yuan == 0 for category in row.categories
    }

    assert lowest == {"法人及非法人组织", "个体工商户", "自然人"}


@pytest.mark.parametrize("system", ["NDRC", "SAMR"])
def test_regimes_of_a_system_follow_each_other_without_gap(system: str) -> None:
    regimes: list[Regime] = [row for row in LAW.regimes if row.system == system]

    for earlier, later in pairwise(regimes):
        assert earlier.effective_to is not None
        assert later.effective_from == earlier.effective_to + timedelta(days=1)
    assert regimes[-1].effective_to is None
    assert regimes[0].effective_from < date(2020, 1, 1)


def test_the_reference_site_is_as_the_contract_says() -> None:
    assert LAW.systems.default == ("NDRC",)
    assert POLICIES.approval.is_automatic("standard")
    assert POLICIES.site.base_url == "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        (
            "publication.yml",
            "effective_from: 2019-07-01",
            "effective_form: 2019-07-01",
            "regimes.3.effective_form",
        ),
        ("publication.yml", "max_months: 12", "max_months: 1", "regimes.2.terms.一般"),
        ("publication.yml", "default: [NDRC]", "default: [NDRCC]", ""),
        ("publication.yml", "      一般: {min_months: 60, max_months: 60}\n", "", "regimes.0"),
        ("publication.yml", "  消防: [消防法]\n", "", ""),
        ("publication.yml", "  - only_kinds: [P01]\n    systems", "  - systems", "never.1"),
        ("publication.yml", "kind: P02", "kind: P01", ""),
        ("publication.yml", "confidence: conflict", "confidence: sure", "regimes.1.confidence"),
        ("approval.yml", "default: automatic", "default: perhaps", "default"),
        ("retention.yml", "what: inbox", "what: outbox", "rows.4.what"),
        ("site.yml", "tombstone_days: 90", "tombstone_days: 0", "tombstone_days"),
    ],
)
def test_a_slip_names_file_and_key(tmp_path: Path, file: str, old: str, new: str, key: str) -> None:
    copytree(ROOT / "schemas", tmp_path / "schemas")
    path = tmp_path / "schemas" / "policies" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(SpecError, match=file) as caught:
        load_policies(tmp_path / "schemas")

    assert caught.value.key == key


@pytest.mark.parametrize("file", ["publication.yml", "site.yml"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "schemas" / "policies" / file).unlink()

    with pytest.raises(SpecError, match=file):
        load_policies(tmp_path / "schemas")
