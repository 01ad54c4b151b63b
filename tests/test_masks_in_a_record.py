"""One person, one mask, inside one record; two persons, two masks; nothing that links records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.declarations.redaction_policy import NaturalPersonName
from gongshi.deidentify import parties
from gongshi.redaction import Subject, redact_record


def redacted(party: str, *texts: str) -> list[str]:
    """Return the party's mask, and the texts of its record as published."""
    person = parties.name_person(party, NaturalPersonName.SURNAME)
    subject = Subject(masked=person.masks, personal=True)
    return [person.shown, *(each.text for each in redact_record(texts, subject))]


@pytest.mark.parametrize(
    ("party", "texts", "public"),
    [
        (
            "张三",
            ["当事人张三(身份证号11010519491231002X)到场", "张 三签字,张　三缴款"],
            ["张某", "当事人张某(身份证号〔身份证号〕)到场", "张某签字,张某缴款"],
        ),
        ("张三", ["证人张四、证人张五"], ["张某", "证人张某1、证人张某2"]),
        ("张三、张四", ["证人张小五在场"], ["张某1、张某2", "证人张某3在场"]),
        ("张三丰", ["张三丰与证人张无忌", "张无忌称"], ["张某某", "张某某与证人张某1", "张某1称"]),
        ("阿不都·热合曼", ["阿不都热合曼、阿不都•热合曼"], ["阿某某", "阿某某、阿某某"]),
        ("JOHN EXAMPLE", ["John Example到场"], ["J某某", "J某某到场"]),
        ("张三(身份证11010519491231002X)", ["当事人张三到场"], ["张某", "当事人张某到场"]),
    ],
)
def test_who_is_who_can_be_told_and_nobody_is_named(
    party: str, texts: list[str], public: list[str]
) -> None:
    assert redacted(party, *texts) == public


GIVEN = st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), min_size=2, max_size=5, unique=True)


@given(GIVEN, st.integers(1, 3))
def test_no_two_persons_of_a_record_share_a_mask(given_names: list[str], several: int) -> None:
    names = [f"张{name}" for name in given_names]
    punished, others = names[:several], names[several:]

    shown, *texts = redacted("、".join(punished), *(f"证人{name}到场。" for name in others))

    masks = [*shown.split("、"), *(text[2:-3] for text in texts)]
    assert len(set(masks)) == len(names)
    assert not set(masks) & set(names)
