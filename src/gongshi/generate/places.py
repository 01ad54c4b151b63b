"""Places that do not exist: 甲市乙区 in 示例省, with area codes that GB/T 2260 does not give out.

Two provinces (98, 99), 22 cities named after the heavenly stems and earthly branches, and a few
counties in each. Every code is unassigned, so that no real authority or party can be meant.

>>> PLACES[0].full, PLACES[0].code
('示例省甲市', '990100')
>>> NAMES["990102"]
'示例省甲市丙区'
"""

from dataclasses import dataclass
from itertools import pairwise

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
PROVINCES = {"99": ("示例省", "示", STEMS), "98": ("样例省", "样", BRANCHES)}
"""Province code → name, one-character abbreviation, the characters that name its cities."""

_COUNTIES_PER_CITY = 5
_ZONE = "19"


@dataclass(frozen=True, slots=True)
class Place:
    """A city or a county. `abbreviation` is what stands before 市监处罚 in document numbers."""

    code: str
    province: str
    city: str
    county: str
    abbreviation: str

    @property
    def level(self) -> str:
        """Return what the place is: county or city."""
        return "county" if self.county else "city"

    @property
    def prefix(self) -> str:
        """Return what the codes of the counties of this place begin with."""
        return self.code if self.county else self.code[:4]

    @property
    def full(self) -> str:
        """Return the whole name, province first."""
        return f"{self.province}{self.city}{self.county}"

    @property
    def short(self) -> str:
        """Return the name without the province, as authorities use it."""
        return f"{self.city}{self.county}"


def _counties(letters: str, start: int) -> list[tuple[str, str]]:
    """Return (two-digit code, name) of the counties of the city `letters[start]`."""
    others = [letters[(start + step) % len(letters)] for step in range(1, _COUNTIES_PER_CITY + 1)]
    kinds = "区区区县县"
    named = [
        (f"{number:02}", f"{letter}{kind}")
        for number, (letter, kind) in enumerate(zip(others, kinds, strict=True), start=1)
    ]
    return [*named, (_ZONE, "开发区")]


def _province(code: str) -> list[Place]:
    """Return the cities of one province, each followed by its counties."""
    name, short, letters = PROVINCES[code]
    found = []
    for number, letter in enumerate(letters):
        city = f"{letter}市"
        prefix = f"{code}{number + 1:02}"
        found.append(Place(f"{prefix}00", name, city, "", f"{short}{letter}"))
        found += [
            Place(f"{prefix}{digits}", name, city, county, f"{letter}{county[0]}")
            for digits, county in _counties(letters, number)
        ]
    return found


PLACES = tuple(place for code in PROVINCES for place in _province(code))
COUNTIES = tuple(place for place in PLACES if place.county)
NAMES = {place.code: place.full for place in PLACES} | {
    f"{code}0000": name for code, (name, _, _) in PROVINCES.items()
}
"""Area code → name, for a site that shows the invented files."""

ROADS = tuple(
    f"{first}{second}{kind}"
    for first, second in pairwise(STEMS + BRANCHES)
    for kind in ("路", "街", "大道")
)
