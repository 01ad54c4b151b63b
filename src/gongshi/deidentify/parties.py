"""The party of a record: person or organisation, how its name is shown, its keyed identity.

An organisation is known by its code and named in full. A natural person is named as the policy
says and known by the keyed value of the identity number, which itself goes no further; without
one, by the keyed name within the decision. So two persons who are both 张某某 stay two.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.declarations.redaction_policy import NaturalPersonName
from gongshi.formats import identity_no, uscc
from gongshi.formats.text import fold
from gongshi.keys import Key
from gongshi.models import Category
from gongshi.redaction import forms, masking

_ASIDE = re.compile(r"[(（].*$", re.DOTALL)
_SEVERAL = re.compile(r"[、,，;；/]")
_AND = re.compile(r"[和及与]")
_SHORT = re.compile("[一-龥]{2,4}")
_UNIT = re.compile("[行社店厂部所站局院校馆司会心场库摊铺吧坊队组室园城网堂业]$")
_MASKED = re.compile(r"[一-龥]{1,2}某[某甲乙丙丁0-9]*")
_STARRED = re.compile(r"[*＊×xX某]")
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_LEAST = 6
_OLD_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Person:
    """How a natural person appears: the public name, and the names that it hides, with masks."""

    shown: str
    masks: dict[str, str]


def is_person(party: str) -> bool:
    """Say whether a party of no stated category is a natural person, by the form of its name.

    What is short and no unit is taken for a person, whatever the surname: that is the safer error.

    >>> is_person("张三丰"), is_person("张三（示例支行行长）"), is_person("示例商贸有限公司")
    (True, True, False)
    >>> is_person("仝示例"), is_person("示例支行")
    (True, False)
    """
    first = _people(party)[0]
    short = _SHORT.fullmatch(first) is not None and not _UNIT.search(first)
    return short or forms.is_name(first) or _MASKED.fullmatch(first) is not None


def category(stated: str, party: str, code: str) -> Category:
    """Return the stated category; where a source states none, what code and name say."""
    if stated in set(Category):
        return Category(stated)
    if uscc.is_valid(code):
        return Category.SOLE_TRADER if code.startswith("92") else Category.ORGANISATION
    return Category.PERSON if is_person(party) else Category.ORGANISATION


def name_person(party: str, style: NaturalPersonName) -> Person:
    """Return how the natural person `party` is named. Names the source masked stay as they are.

    >>> name_person("张三丰", NaturalPersonName.SURNAME)
    Person(shown='张某某', masks={'张三丰': '张某某'})
    >>> name_person("张三、张四", NaturalPersonName.SURNAME).shown
    '张某1、张某2'
    """
    if style is NaturalPersonName.FULL:
        return Person(_ASIDE.sub("", party).strip(), {})
    people = [name for name in _people(party) if name]
    masks = _numbered([(name, _mask(name)) for name in people])
    return Person(
        "、".join(masks[name] for name in dict.fromkeys(people)),
        {name: mask for name, mask in masks.items() if name != mask},
    )


def names_in(cell: str) -> tuple[str, ...]:
    """Return the names of persons that a cell for names holds."""
    return tuple(part for part in _people(cell) if forms.is_name(part))


def person_key(key: Key, number: str, decision: Sequence[str], name: str) -> str:
    """Return the keyed identity of a person: of the number, else of the name in a decision."""
    dense = identity(number)
    if dense:
        return key.digest("person", dense)
    return key.digest("person-in-decision", "\n".join((*decision, fold(name))))


def organisation_key(code: str | None, reg_no: str | None, name: str) -> str:
    """Return the identity of an organisation or sole trader, in the clear."""
    if code:
        return f"uscc:{code}"
    return f"reg:{fold(reg_no)}" if reg_no else f"name:{fold(name)}"


def identity(number: str) -> str:
    """Return an identity number in one spelling, the old form made the new; "" where it is none.

    >>> identity("110105 491231 002"), identity("无")
    ('11010519491231002X', '')
    """
    dense = _NOT_ALNUM.sub("", fold(number)).upper()
    if len(dense) < _LEAST or not any(character.isdigit() for character in dense):
        return ""
    if len(dense) == _OLD_LENGTH and identity_no.is_valid(dense):
        first17 = f"{dense[:6]}19{dense[6:]}"
        return first17 + identity_no.check_digit(first17)
    return dense


def _people(cell: str) -> list[str]:
    """Return the parts of a cell for names; 和 parts two names, and is no character of one.

    >>> _people("张三和李四、张和平")
    ['张三', '李四', '张和平']
    """
    found: list[str] = []
    for part in _SEVERAL.split(fold(_ASIDE.sub("", cell))):
        halves = _AND.split(part)
        both = len(halves) > 1 and all(forms.is_name(half) for half in halves)
        found += halves if both else [part]
    return found


def _mask(name: str) -> str:
    """Return the mask of one name; a name the source has masked already keeps its form."""
    if _MASKED.fullmatch(name):
        return name
    if _STARRED.search(name) and not name.isascii():
        return masking.mask(_STARRED.sub("〇", name))
    return masking.mask(name)


def _numbered(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return name → mask, with a number where different names share one."""
    masks = dict(pairs)
    counts: dict[str, int] = {}
    shared = list(masks.values())
    for name, mask in masks.items():
        if shared.count(mask) > 1:
            counts[mask] = counts.get(mask, 0) + 1
            masks[name] = f"{mask}{counts[mask]}"
    return masks
