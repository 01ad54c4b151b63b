"""Who is penalised: the names in the cells for organisations and for persons.

Names are split only at the characters that the agency declares, and never inside brackets. A cell
that holds something else than names of its kind shows that the row has shifted: an organisation
in a person's column would be masked, a person in an organisation's would be published in full.
"""

import re
from dataclasses import dataclass

from gongshi.content import looks_like_organisation, looks_like_person
from gongshi.declarations.agency import ORGANISATION, PERSON, Parties
from gongshi.formats.text import fold
from gongshi.ingest.rules import Doubt
from gongshi.models import Category

_OPENING, _CLOSING = "（(〔[【", "）)〕]】"
_SPACED_NAME = re.compile(r"[\u3400-\u9fff](?:\s+[\u3400-\u9fff]){1,3}")
"""A short name that was padded to the width of longer ones; 张甲 李乙 are two."""
_SHORT_FORM = re.compile(
    r"[（(]\s*(?:以下|下)?(?:统一)?(?:简|合)?称[:：为]?\s*[“\"「]?([^”\"」）)]+)[”\"」]?\s*[）)]"
)
_FORMER = re.compile(r"[（(]\s*原(?:名称?[:：为]?)?([^（()）]+)[）)]")
_BRACKET_AT_END = re.compile(r"\s*[（(][^（()）]*(?:[（(][^（()）]*[）)][^（()）]*)*[）)]\s*$")
_BRACKET_AT_START = re.compile(r"^\s*[（(][^（()）]*[）)]\s*")

_LABEL = re.compile(
    r"姓名|名称|当事人|法定代表|负责人|单位[:：]|地址[:：]|住所[:：]|电话[:：0-9]|决定书|处罚|违法|违规|[。；;《》]"
)
_SHORTEST_ORGANISATION = 4
_WHOLE_COMPANY = re.compile(r"有限责任公司|股份有限公司|有限公司")
_AND_OTHERS = re.compile(r"(?<=.)等(?:[0-9一二三四五六七八九十两几多]+[人名个家户].*)?$")


@dataclass(frozen=True, slots=True)
class Party:
    """One punished party of a row. `short` are other forms in which the text may name it."""

    name: str
    category: Category
    short: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        """Say whether it is a natural person."""
        return self.category is Category.PERSON


def parties_of(organisations: str, persons: str, how: Parties) -> list[Party] | Doubt:
    """Return the parties that two cells name, organisations first; or why that is not certain."""
    found: list[Party] = []
    for text, kind in ((organisations, ORGANISATION), (persons, PERSON)):
        named = _named(text, kind, how)
        if isinstance(named, Doubt):
            return named
        found += named
    if not found:
        return Doubt("A05", ORGANISATION)
    if len({(fold(party.name), party.category) for party in found}) < len(found):
        return Doubt("A07", ORGANISATION, "同一名称出现两次", "a name stands twice")
    return found


def _named(text: str, kind: str, how: Parties) -> list[Party] | Doubt:
    """Return the parties of one cell."""
    found = []
    for part in _split(text.strip(), how.split):
        party = _organisation(part) if kind == ORGANISATION else _person(part, how)
        if isinstance(party, Doubt):
            return party
        found.append(party)
    return found


def _split(text: str, marks: tuple[str, ...]) -> list[str]:
    """Return the parts of a cell between `marks` that stand outside brackets.

    >>> _split("张甲（时任行长、书记）、李乙", ("、",))
    ['张甲（时任行长、书记）', '李乙']
    """
    parts, depth = [""], 0
    for symbol in text:
        depth = max(depth + (symbol in _OPENING) - (symbol in _CLOSING), 0)
        if symbol in marks and not depth:
            parts.append("")
        else:
            parts[-1] += symbol
    return [part.strip() for part in parts if part.strip()]


def _organisation(text: str) -> Party | Doubt:
    """Return an organisation; its short form, where given in brackets, is no part of the name."""
    short = tuple(
        form.strip() for pattern in (_SHORT_FORM, _FORMER) for form in pattern.findall(text)
    )
    name = re.sub(r"\s+(?=[^A-Za-z]|$)", "", _FORMER.sub("", _SHORT_FORM.sub("", text))).strip()
    if _LABEL.search(name) or _AND_OTHERS.search(name):
        return Doubt("A07", ORGANISATION, "含有名称以外的文字", "it holds more than names")
    outside = re.sub(r"[（(][^（()）]*[）)]", "", name)
    if len(_WHOLE_COMPANY.findall(outside)) > 1 or re.search(r"[、，,;；]", outside):
        return Doubt("A07", ORGANISATION)
    if not looks_like_organisation(name):
        return Doubt("A06", ORGANISATION, "单位名称列里不像单位名称", "no name of an organisation")
    return Party(name, Category.ORGANISATION, short)


def _person(text: str, how: Parties) -> Party | Doubt:
    """Return a natural person, without the office in brackets where the agency declares that."""
    bare = _BRACKET_AT_START.sub("", _BRACKET_AT_END.sub("", text)) if how.strip_office else text
    name = re.sub(r"\s*([·•\uff0e・‧∙])\s*", r"\1", bare).strip()
    name = re.sub(r"\s+", "", name) if _SPACED_NAME.fullmatch(name) else name
    if _AND_OTHERS.search(name):
        return Doubt("A07", PERSON, "有“等”字,未写明全部当事人", "not every party is named")
    if looks_like_person(name):
        odd = len(name) >= _SHORTEST_ORGANISATION and (
            looks_like_organisation(name) or _LABEL.search(name)
        )
        return (
            _no_person("像是单位", "it looks like an organisation")
            if odd
            else Party(name, Category.PERSON)
        )
    if re.search(r"[、，,;；\s]", name):
        return Doubt("A07", PERSON)
    return _no_person("不像姓名", "no name of a person")


def _no_person(zh: str, en: str) -> Doubt:
    """Return A06 for the column of persons."""
    return Doubt("A06", PERSON, f"个人姓名列里{zh}", en)
