"""The people, firms, shops and authorities of one invented file: pools to draw from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from gongshi.formats import uscc
from gongshi.generate import amounts, names, numbers
from gongshi.generate.material import Department, material
from gongshi.generate.places import COUNTIES, PLACES, ROADS, Place
from gongshi.generate.text import Choices
from gongshi.models import Category

PARTY_FIELDS = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ",
    "CF_XDR_SYDW", "CF_XDR_SHZZ", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX",
    "CF_XDR_ZJHM",
)  # fmt: skip
"""The columns that a party fills, in the order of the exchange format."""

_ENTITIES = (  # first two characters of the code, share, what the name ends with
    ("91", 0.925, ""),
    ("93", 0.03, "种植农民专业合作社"),
    ("12", 0.015, "中心医院"),
    ("52", 0.012, "职业培训学校"),
    ("31", 0.006, "律师事务所"),
    ("N2", 0.008, "股份经济合作社"),
    ("A1", 0.004, "招待所"),
)
_ID_TYPES = ("身份证", "护照号", "港澳居民来往内地通行证", "台湾居民来往大陆通行证")
_ID_TYPE_SHARES = (0.985, 0.008, 0.005, 0.002)
_SHARE_WITH_LEGAL_ID = 0.3
_SHARE_WITH_OLD_NUMBERS = 0.1
_SHARE_WITHOUT_CODE = 0.04
DOORS = 8
_FEWEST = 8
"""Parties of each group in a county: more than one decision can have."""
_LOOKALIKE_EVERY = 5_000
"""Real registers have one code in 10 000 that looks like an identity number."""


@dataclass(frozen=True, slots=True)
class World:
    """Pools of one file.

    `parties` holds `PARTY_FIELDS`, organisations first, then shops, then persons; `starts` says
    where each group begins, and `per_county` how many of it live in one county: the group's n-th
    party lives in county n modulo the number of counties. `authorities` has name, alias, code,
    mark (the head of its document numbers), the name and code of the unit that reports, and its
    counties (`first_county`, `counties`); `desks` draws the authorities of a department.
    `where` has `DOORS` places of business in each county, `pools` the sums in the order `FINANCE`,
    `LARGE`, `ANY`, `PERSON`, `SMALL`, gains.
    """

    parties: pl.DataFrame
    starts: np.ndarray
    per_county: np.ndarray
    authorities: pl.DataFrame
    desks: Choices
    where: list[str]
    pools: tuple[amounts.Pool, ...]


def build(rng: np.random.Generator, rows: int) -> World:
    """Return a world large enough for `rows` records; a third of the firms come back."""
    wanted = (min(rows // 3, 150_000), min(rows // 6, 75_000), min(rows // 4, 150_000))
    per_county = np.array([max(count // len(COUNTIES), _FEWEST) for count in wanted])
    sizes = (per_county * len(COUNTIES)).tolist()
    groups = [_organisations(rng, sizes[0]), _shops(rng, sizes[1]), _persons(rng, sizes[2])]
    desks, authorities = _authorities(rng)
    sums = (amounts.FINANCE, amounts.LARGE, amounts.ANY, amounts.PERSON, amounts.SMALL)
    return World(
        parties=pl.concat(groups),
        starts=np.cumsum([0, *sizes[:-1]]),
        per_county=per_county,
        authorities=authorities,
        desks=desks,
        where=[place.short + door for place in COUNTIES for door in _doors(rng)],
        pools=(*(amounts.fines(rng, quantiles) for quantiles in sums), amounts.gains(rng)),
    )


def _doors(rng: np.random.Generator) -> list[str]:
    """Return places of business within a county."""
    drawn = rng.integers((len(ROADS), 200), size=(DOORS, 2)).tolist()
    return [f"{ROADS[road]}{number + 1}号" for road, number in drawn]


def _table(columns: dict[str, list[str]], count: int) -> pl.DataFrame:
    """Return the columns given and "" in the other party fields."""
    blank = [""] * count
    return pl.DataFrame({field: columns.get(field, blank) for field in PARTY_FIELDS})


def _organisations(rng: np.random.Generator, count: int) -> pl.DataFrame:
    places = _places(count)
    entities = rng.choice(
        len(_ENTITIES), size=count, p=[share for _, share, _ in _ENTITIES]
    ).tolist()
    firms = names.firms(rng, [place.short for place in places])
    words = rng.integers(len(names.WORDS), size=count).tolist()
    called = [
        f"{place.short}{names.WORDS[word]}{_ENTITIES[entity][2]}" if entity else firm
        for place, word, entity, firm in zip(places, words, entities, firms, strict=True)
    ]
    codes = [
        numbers.credit_code(_ENTITIES[entity][0], place.code, serial)
        for serial, (entity, place) in enumerate(zip(entities, places, strict=True))
    ]
    for serial, place in enumerate(range(7, count, _LOOKALIKE_EVERY)):
        codes[place] = numbers.lookalike(serial)
    return _registered(rng, places, called, codes, Category.ORGANISATION)


def _shops(rng: np.random.Generator, count: int) -> pl.DataFrame:
    places = _places(count)
    operators = names.people(rng, count)
    called = names.shops(rng, [place.short for place in places], operators)
    codes = [numbers.credit_code("92", place.code, serial) for serial, place in enumerate(places)]
    without = np.flatnonzero(rng.random(count) < _SHARE_WITHOUT_CODE)
    for place in without.tolist():
        codes[place] = uscc.PLACEHOLDER
    table = _registered(rng, places, called, codes, Category.SOLE_TRADER)
    return table.with_columns(CF_FRDB=pl.Series(operators))


def _registered(
    rng: np.random.Generator,
    places: list[Place],
    called: list[str],
    codes: list[str],
    category: Category,
) -> pl.DataFrame:
    """Return parties that stand in a register: organisations and shops."""
    count = len(codes)
    old = (rng.random(count) < _SHARE_WITH_OLD_NUMBERS).tolist()
    with_id = rng.random(count) < _SHARE_WITH_LEGAL_ID
    identities = numbers.identity(np.arange(count) + _serial_base(category))
    registrations = [
        numbers.registration(place.code, serial) if is_old or code == uscc.PLACEHOLDER else ""
        for serial, (place, code, is_old) in enumerate(zip(places, codes, old, strict=True))
    ]
    columns = {
        "CF_XDR_MC": called,
        "CF_XDR_LB": [category.value] * count,
        "CF_XDR_SHXYM": codes,
        "CF_XDR_GSZC": registrations,
        "CF_XDR_ZZJG": [
            code[8:17] if is_old and code != uscc.PLACEHOLDER else ""
            for code, is_old in zip(codes, old, strict=True)
        ],
        "CF_FRDB": names.people(rng, count),
        "CF_FR_ZJLX": ["身份证" if has else "" for has in with_id.tolist()],
        "CF_FR_ZJHM": [
            number if has else "" for number, has in zip(identities, with_id, strict=True)
        ],
    }
    return _table(columns, count)


def _serial_base(category: Category) -> int:
    """Return where the identity numbers of a group begin, so that no two people share one."""
    return {Category.ORGANISATION: 0, Category.SOLE_TRADER: 10**6, Category.PERSON: 2 * 10**6}[
        category
    ]


def _persons(rng: np.random.Generator, count: int) -> pl.DataFrame:
    identities = numbers.identity(np.arange(count) + _serial_base(Category.PERSON))
    types = rng.choice(len(_ID_TYPES), size=count, p=_ID_TYPE_SHARES).tolist()
    documents = [
        _document(kind, number, serial)
        for serial, (kind, number) in enumerate(zip(types, identities, strict=True))
    ]
    columns = {
        "CF_XDR_MC": names.people(rng, count),
        "CF_XDR_LB": [Category.PERSON.value] * count,
        "CF_XDR_ZJLX": [_ID_TYPES[kind] for kind in types],
        "CF_XDR_ZJHM": documents,
    }
    return _table(columns, count)


def _document(kind: int, identity: str, serial: int) -> str:
    """Return the number of a person's document of the given kind."""
    return (identity, f"E{serial:08}", f"H{serial:08}", f"{serial:08}")[kind]


def _places(count: int) -> list[Place]:
    """Return the counties in turn."""
    return [COUNTIES[number % len(COUNTIES)] for number in range(count)]


def _authorities(rng: np.random.Generator) -> tuple[Choices, pl.DataFrame]:
    """Return the authorities, and for each department their places, the busy ones repeated."""
    rows: list[dict[str, str | int]] = []
    desks: list[list[str]] = []
    for department in material().departments.values():
        seats = [place for place in PLACES if place.level in department.levels]
        first = len(rows)
        rows += [_authority(rng, department, seat, first + nth) for nth, seat in enumerate(seats)]
        busy = enumerate(rng.permutation(len(seats)).tolist())
        desks.append(
            [str(first + seat) for rank, seat in busy for _ in range(1 + 60 // (rank + 3))]
        )
    return Choices(desks), pl.DataFrame(rows)


def _authority(
    rng: np.random.Generator, department: Department, place: Place, serial: int
) -> dict[str, str | int]:
    """Return one authority, and the unit that reports for it."""
    mark = department.marks[int(rng.integers(len(department.marks)))]
    city = place.code[:4]
    mine = [n for n, county in enumerate(COUNTIES) if county.code.startswith(place.prefix)]
    return {
        "name": f"{place.short}{department.name}",
        "alias": f"{place.full}{department.name}",
        "code": numbers.credit_code("11", place.code, serial, letters="0"),
        "mark": f"{place.abbreviation}{mark}",
        "centre": f"{place.city}公共信用信息中心",
        "centre_code": numbers.credit_code("12", f"{city}00", int(city), letters="4"),
        "first_county": mine[0],
        "counties": len(mine),
    }
