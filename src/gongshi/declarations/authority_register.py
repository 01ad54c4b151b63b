"""`schemas/authorities/*.yml`: which names are one authority, now and formerly.

A *line* is an authority with the bodies that it continues: a decision of any of them, under any of
their spellings or codes, has one key. What is not declared is not joined: a spelling is found
exactly, or not at all.

    authorities:
      - name: 甲省示例监督管理局                  # the body of today
        code: "119901010000000014"
        aliases: [甲省示例局]
        predecessors:                            # newest first
          - {name: 甲省旧示例局, code: "…", from: 2009-01-01, until: 2018-10-25}
      - name: 示例总局{place}监管局               # one rule for the offices of many places
        aliases: ["{place}示例局"]
        places: [甲市, 乙市]
        place_aliases: {甲: 甲市}                # another word for a place
        spellings: {示列总局甲市监管局: 甲市}      # one odd spelling, seen and confirmed
        codes: {甲市: "…"}
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from pydantic import Field, model_validator

from gongshi.declarations.agency import Text
from gongshi.declarations.base import Spec, load, place_of, wrong
from gongshi.errors import SpecError
from gongshi.formats import uscc
from gongshi.formats.authority import spelling, surrogate

PLACE = "{place}"


class FormerAuthority(Spec):
    """A body that an authority continues: its name, other spellings, its code, its time.

    Where the authority has `places`, `{place}` stands in every name; `codes` then gives the codes
    by place, and `spellings` single spellings of one place's office that follow no rule.
    """

    name: Text
    code: str = ""
    aliases: tuple[Text, ...] = ()
    spellings: Mapping[str, str] = Field(default_factory=dict)
    codes: Mapping[str, str] = Field(default_factory=dict)
    since: date | None = Field(default=None, alias="from")
    until: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, then its other spellings."""
        return (self.name, *self.aliases)

    @model_validator(mode="after")
    def _is_sound(self) -> "FormerAuthority":
        for key, codes in (("code", [self.code]), ("codes", self.codes.values())):
            if any(code and not uscc.is_valid(code) for code in codes):
                raise wrong(
                    key,
                    "不是有效的统一社会信用代码,请核对位数和校验码",
                    "no valid unified social credit code: length, characters or check are wrong",
                )
        if self.since and self.until and self.since > self.until:
            raise wrong("until", "不能早于 from", "`until` lies before `from`")
        return self


class RegisteredAuthority(FormerAuthority):
    """One authority, or with `places` one rule for the offices of many places."""

    predecessors: tuple[FormerAuthority, ...] = ()
    places: tuple[Text, ...] = ()
    place_aliases: Mapping[str, str] = Field(default_factory=dict)

    @property
    def bodies(self) -> tuple[FormerAuthority, ...]:
        """Itself, then what it continues, newest first."""
        return (self, *self.predecessors)

    @model_validator(mode="after")
    def _places_fit(self) -> "RegisteredAuthority":
        ruled = [PLACE in name for each in self.bodies for name in each.names]
        if self.places and not all(ruled):
            raise wrong("places", "每个名称都要有 {place}", "each name needs `{place}`")
        if not self.places and any(ruled):
            raise wrong("places", "名称中有 {place},请写 places", "`{place}` needs `places`")
        if self.places and any(each.code for each in self.bodies):
            raise wrong(
                "code", "有 places 时代码写在 codes 中", "with `places` codes are in `codes`"
            )
        for key, meant in self._places_meant():
            if strange := sorted(set(meant) - set(self.places)):
                raise wrong(key, f"places 中没有 {strange[0]}", f"no such place: {strange[0]}")
        return self

    def _places_meant(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield by key the places that something is said of."""
        yield "place_aliases", self.place_aliases.values()
        for each in self.bodies:
            yield "spellings", each.spellings.values()
            yield "codes", each.codes


class AuthorityFile(Spec):
    """One file: authorities of one branch."""

    title: Text
    source: str = ""
    authorities: tuple[RegisteredAuthority, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Body:
    """One body of a line under the name that it is shown by, and its time."""

    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An authority with what it continues. `code` is "" where none is declared.

    `spellings` gives the body of each spelling (`formats.authority.spelling`), `codes` are all
    codes that any of its bodies had.
    """

    name: str
    code: str
    bodies: tuple[Body, ...]
    spellings: Mapping[str, Body]
    codes: frozenset[str]

    @property
    def key(self) -> str:
        """The authority's part of the key of every record of the line."""
        return self.code or surrogate(self.name)

    @property
    def keys(self) -> frozenset[str]:
        """Everything by which records may have been keyed before the line was declared."""
        return self.codes | {surrogate(each.name) for each in self.bodies}


class Register:
    """Every declared line of a site, found by spelling or by code."""

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        """Take lines that share neither a spelling nor a code."""
        self.lines = tuple(lines)
        self._by_spelling = {text: line for line in lines for text in line.spellings}
        self._by_code = {code: line for line in lines for code in line.codes}

    def of_name(self, name: str) -> Line | None:
        """Return the line that goes by a name, exactly, whatever its width, blanks, brackets."""
        return self._by_spelling.get(spelling(name))

    def of_code(self, code: str) -> Line | None:
        """Return the line of which some body has or had a code."""
        return self._by_code.get(code)

    def body(self, name: str) -> Body | None:
        """Return the body that goes by a name."""
        line = self.of_name(name)
        return line.spellings[spelling(name)] if line else None

    def nearest(self, name: str) -> tuple[str, ...]:
        """Return the declared names that an unknown one may stand for: few, or none."""
        wanted = _pairs(spelling(name))
        if not wanted:
            return ()
        shares = (
            (len(wanted & pairs) / len(wanted | pairs), text)
            for text, pairs in self._pairs_of_spellings
        )
        best = heapq.nlargest(_NEAR, ((share, text) for share, text in shares if share >= _ALIKE))
        bodies = (self._by_spelling[text].spellings[text].name for _, text in best)
        return tuple(dict.fromkeys(bodies))

    @cached_property
    def _pairs_of_spellings(self) -> list[tuple[str, frozenset[str]]]:
        return [(text, _pairs(text)) for text in self._by_spelling]


_NEAR, _ALIKE = 3, 0.4
"""Declared names that are named at most, and the share of pairs of characters that makes alike."""


def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of characters that follow each other in a text."""
    return frozenset(map("".join, pairwise(text)))


def lines_of(spec: RegisteredAuthority) -> Iterator[Line]:
    """Yield the line of an authority, or one for each place of a rule."""
    for place in spec.places or ("",):
        words = [place, *(word for word, meant in spec.place_aliases.items() if meant == place)]
        bodies: list[Body] = []
        spellings: dict[str, Body] = {}
        for each in spec.bodies:
            body = Body(each.name.replace(PLACE, place), each.since, each.until)
            bodies.append(body)
            texts = [name.replace(PLACE, word) for name in each.names for word in words]
            texts += [text for text, meant in each.spellings.items() if meant == place]
            spellings |= {spelling(text): body for text in texts}
        codes = [each.codes.get(place, each.code) for each in spec.bodies]
        name = bodies[0].name
        yield Line(name, codes[0], tuple(bodies), spellings, frozenset(filter(None, codes)))


def load_register(folder: Path) -> Register:
    """Return every declared line of a site; none where it has no such folder.

    Raises:
        SpecError: a file breaks its contract, or two lines share a spelling or a code.
    """
    found: list[Line] = []
    owners: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        for spec in load(AuthorityFile, file).authorities:
            for line in lines_of(spec):
                for mark in (*line.spellings, *line.codes):
                    _require_one(owners.setdefault(mark, line.name), line.name, mark, file)
                found.append(line)
    return Register(found)


def _require_one(owner: str, name: str, mark: str, file: Path) -> None:
    """Refuse a spelling or a code that two lines claim: it could not be told whose it is."""
    if owner != name:
        raise SpecError(
            f"“{mark}”同属“{owner}”和“{name}”,不能确定指哪一个;只能写在一处",
            f"{mark} belongs to {owner} and to {name}; keep it in one place",
            file=place_of(file),
            key="authorities",
        )
