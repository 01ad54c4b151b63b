"""Personal data as it stands in real records, and the list of all of it.

One record in 25 names a witness, a driver or a neighbour in its facts, with a phone, an identity
number, a home address, a plate or an account; a few do so in the remarks. Whatever is put in is
listed, so that a search of what is published can prove that none of it got through.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from gongshi.generate import names, numbers
from gongshi.generate.material import material
from gongshi.generate.places import COUNTIES, ROADS
from gongshi.generate.text import render, slots_of

ELEMENTS: Mapping[str, str] = {
    "name": "name",
    "name2": "name",
    "id_no": "id_no",
    "phone": "phone",
    "home": "address",
    "plate": "plate",
    "bank_account": "bank_account",
}
"""Slot of a template → element of the list of secrets."""

ID_FIELDS = ("CF_FR_ZJHM", "CF_XDR_ZJHM")
_SHARE_IN_FACTS = 0.04
_SHARE_IN_REMARKS = 0.004
_SCHEMA = {"row": pl.UInt32, "field": pl.String, "element": pl.String, "value": pl.String}


def add(
    rng: np.random.Generator, texts: pl.DataFrame, *, is_person: np.ndarray, party: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the texts with sentences about third persons, and the secrets in them."""
    facts, in_facts = _told(rng, texts["CF_SY"], material().personal, share=_SHARE_IN_FACTS)
    remarks, in_remarks = _told(
        rng, texts["BZ"], material().personal_remarks, share=_SHARE_IN_REMARKS
    )
    texts = texts.with_columns(facts, remarks)
    named = _named_parties(texts, is_person, party)
    return texts, pl.concat([in_facts, in_remarks, named])


def of_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the secrets that have columns of their own: ID numbers, names of persons."""
    rows = frame.with_row_index("row")
    found = [
        rows.filter(pl.col(field) != "").select(
            "row", field=pl.lit(field), element=pl.lit("id_no"), value=field
        )
        for field in ID_FIELDS
    ]
    persons = rows.filter(pl.col("CF_XDR_LB") == "自然人").select(
        "row", field=pl.lit("CF_XDR_MC"), element=pl.lit("party_name"), value="CF_XDR_MC"
    )
    return pl.concat([*found, persons])


def _told(
    rng: np.random.Generator, column: pl.Series, templates: list[str], *, share: float
) -> tuple[pl.Series, pl.DataFrame]:
    """Return the column with a sentence added to a share of its texts, and the secrets in them."""
    rows = np.flatnonzero(rng.random(len(column)) < share)
    which = rng.integers(len(templates), size=len(rows))
    people = _people(rng, len(rows))
    sentences = render(people, templates, which)
    before = column.gather(rows).str.strip_chars_end("。")
    joint = pl.select(pl.when(before != "").then(before + "。").otherwise(before)).to_series()
    return column.scatter(rows, joint + sentences + "。"), _secrets(
        column.name, rows, people, which, templates
    )


def _people(rng: np.random.Generator, count: int) -> pl.DataFrame:
    """Return third persons with everything that could be said of them."""
    places = rng.integers(len(COUNTIES), size=count).tolist()
    homes = _homes(rng, count)
    return pl.DataFrame(
        {
            "name": names.people(rng, count),
            "name2": names.people(rng, count),
            "id_no": numbers.identity(rng.integers(3 * 10**6, 10**8, size=count)),
            "phone": numbers.phones(rng, count),
            "home": homes,
            "address": [COUNTIES[p].full + home for p, home in zip(places, homes, strict=True)],
            "plate": numbers.plates(rng, count),
            "bank_account": numbers.bank_cards(rng, count),
        },
        schema_overrides=dict.fromkeys((*ELEMENTS, "address"), pl.String),
    )


def _homes(rng: np.random.Generator, count: int) -> list[str]:
    """Return the part of home addresses below the county."""
    drawn = rng.integers((len(ROADS), 200, 30, 4, 30), size=(count, 5)).tolist()
    return [
        f"{ROADS[road]}{number + 1}号{block + 1}栋{stair + 1}单元{flat + 101}室"
        for road, number, block, stair, flat in drawn
    ]


def _secrets(
    field: str, rows: np.ndarray, people: pl.DataFrame, which: np.ndarray, templates: list[str]
) -> pl.DataFrame:
    """Return what the chosen templates said."""
    found = [pl.DataFrame(schema=_SCHEMA)]
    index = pl.Series(rows).cast(pl.UInt32)
    for number, template in enumerate(templates):
        mine = pl.Series(which == number)
        for slot in slots_of(template):
            source = "home" if slot == "address" else slot
            values = people[source].filter(mine)
            found.append(
                pl.DataFrame({"row": index.filter(mine), "value": values}).select(
                    "row", field=pl.lit(field), element=pl.lit(ELEMENTS[source]), value="value"
                )
            )
    return pl.concat(found)


def _named_parties(texts: pl.DataFrame, is_person: np.ndarray, party: pl.Series) -> pl.DataFrame:
    """Return the persons whose own record names them in its facts."""
    rows = texts.with_row_index("row").with_columns(party=party, person=pl.Series(is_person))
    return rows.filter(pl.col("person") & pl.col("CF_SY").str.starts_with(pl.col("party"))).select(
        "row", field=pl.lit("CF_SY"), element=pl.lit("party_name"), value="party"
    )
