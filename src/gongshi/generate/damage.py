"""Defects put into clean records, and the list of what must be found.

A record has one defect at most. What is listed is what a check of the file finds: the defects,
personal data in text that is published (V20) where the record is not refused, and decisions
reported late (V21) where the date can be read.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl

from gongshi.calendar import Calendar
from gongshi.formats import money, uscc
from gongshi.generate import names, numbers, personal
from gongshi.generate.defects import DECIDED, DEFECTS, FINE, Defect
from gongshi.generate.oddities import ODDITIES
from gongshi.generate.penalties import FIELDS, Chunk
from gongshi.generate.places import COUNTIES

PLANTED = (*DEFECTS, *ODDITIES)
DAMAGED = "_damaged"
TRUTH = {"row": pl.UInt32, "field": pl.String, "rule": pl.String, "defect": pl.String}
PERSONAL, LATE = "V20", "V21"
UNREAD = "A"
"""Records refused on reading are not validated: nothing else is found in them."""

_SIX_YEARS = timedelta(days=2200)
_MOST = 0.35
"""Share of records that a small file may have touched, so that most stay clean."""
_PUBLISHED_TEXTS = ("CF_SY", "CF_NR")
_LATE_AFTER = 7
_ROOM = 400
"""Records from which on every defect has a place in a chunk."""


def damage(
    made: Chunk, rng: np.random.Generator, calendar: Calendar, *, today: date, gbk: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return records with defects and a column `DAMAGED`, the secrets in them, and the truth."""
    chosen = _chosen(made.frame, rng, gbk=gbk)
    origin = np.arange(len(chosen))
    copies = np.array([False, *(each.takes_previous for each in PLANTED)])[chosen + 1]
    origin[copies] -= 1
    source = made.frame[origin]
    touched = np.flatnonzero(chosen >= 0)
    frame = _edited(source, chosen, touched, _spares(source[touched], rng, today=today))
    secrets = _secrets(made, frame, origin, touched)
    planted = _planted(chosen, touched)
    flags = np.zeros(len(chosen), dtype=bool)
    flags[planted["row"].to_numpy()] = True
    follows = _consequences(
        frame, source, secrets, chosen, is_late=partial(_is_late, calendar, today)
    )
    truth = pl.concat([planted, *follows])
    return (
        frame.with_columns(pl.Series(DAMAGED, flags)),
        secrets,
        truth.sort("row", "field", "rule"),
    )


def _chosen(frame: pl.DataFrame, rng: np.random.Generator, *, gbk: bool) -> np.ndarray:
    """Return for each record the place of its defect in `PLANTED`, -1 for none.

    Each defect stands at least once where there is room, however rare it is.
    """
    count = len(frame)
    fits = frame.select(each.where.alias(str(place)) for place, each in enumerate(PLANTED))
    free = np.ones(count, dtype=bool)
    chosen = np.full(count, -1)
    places = rng.permutation(len(PLANTED)) if count < _ROOM else np.arange(len(PLANTED))
    for place in places.tolist():
        defect = PLANTED[place]
        if (gbk and not defect.gbk) or (~free).sum() >= _MOST * count:
            continue
        suits = free & np.broadcast_to(fits[str(place)].to_numpy(), count)
        if defect.takes_previous:
            suits &= np.concatenate([[False], free[:-1]])
        rows = np.flatnonzero(suits)
        wanted = max(round(defect.share * count), 1)
        picked = rng.choice(rows, size=min(wanted, len(rows)), replace=False)
        if defect.takes_previous:
            picked = _apart(picked)
            free[picked - 1] = False
        chosen[picked], free[picked] = place, False
    return chosen


def _apart(picked: np.ndarray) -> np.ndarray:
    """Return the picked records without those whose predecessor is picked too."""
    return picked[~np.isin(picked - 1, picked)]


def _spares(rows: pl.DataFrame, rng: np.random.Generator, *, today: date) -> pl.DataFrame:
    """Return what edits may need beside the record itself (`defects.SPARE`)."""
    count = len(rows)
    serials = rng.integers(10**6, 10**8, size=count).tolist()
    areas = [COUNTIES[place].code for place in rng.integers(len(COUNTIES), size=count).tolist()]
    days = rng.integers(3, 60, size=count).tolist()
    return pl.DataFrame(
        {
            "spare_firm": [
                numbers.credit_code("91", *pair) for pair in zip(areas, serials, strict=True)
            ],
            "spare_shop": [
                numbers.credit_code("92", *pair) for pair in zip(areas, serials, strict=True)
            ],
            "spare_id": numbers.identity(np.array(serials, dtype=np.int64) + 10**8),
            "spare_name": names.people(rng, count),
            "spare_future": [(today + timedelta(days=day)).isoformat() for day in days],
            "spare_old": [(today - _SIX_YEARS - timedelta(days=day)).isoformat() for day in days],
            "spare_org": [numbers.org_code(serial) for serial in serials],
            "spare_reg": [numbers.registration(*pair) for pair in zip(areas, serials, strict=True)],
            "spare_minor": numbers.identity_of_child(np.array(serials, dtype=np.int64), today),
            "spare_rounded": [
                _rounded(pair[0], pair[1]) for pair in zip(areas, serials, strict=True)
            ],
            "spare_yuan": [_yuan(fine) for fine in rows[FINE].to_list()],
        },
        schema_overrides=dict.fromkeys(("spare_id", "spare_minor", "spare_name"), pl.String),
    )


def _rounded(area: str, serial: int) -> str:
    """Return what a spreadsheet leaves of a code of digits only; its check character is wrong."""
    code = f"91{area}{serial % 10**7:07}000"
    return code if not uscc.is_valid(code) else f"91{area}{(serial + 1) % 10**7:07}000"


def _yuan(wan: str) -> str:
    """Return a sum of 万元 in whole yuan, "" for none."""
    return str(money.parse_wan(wan) // money.FEN_PER_YUAN) if wan else ""


def _edited(
    source: pl.DataFrame, chosen: np.ndarray, touched: np.ndarray, spares: pl.DataFrame
) -> pl.DataFrame:
    """Return the records with the edits of their defects."""
    index = pl.Series("_at", touched, dtype=pl.UInt32)
    which = pl.Series("_defect", chosen[touched])
    rows = source[touched].hstack(spares).hstack([index, which])
    parts = [
        part.with_columns(**PLANTED[number].edits).select("_at", *FIELDS)
        for (number,), part in rows.partition_by("_defect", as_dict=True).items()
    ]
    return source.with_row_index("_at").update(pl.concat(parts), on="_at").drop("_at")


def _secrets(
    made: Chunk, frame: pl.DataFrame, origin: np.ndarray, touched: np.ndarray
) -> pl.DataFrame:
    """Return the secrets that the damaged records hold, at the cells where they stand now."""
    in_text = made.secrets.filter(~pl.col("field").is_in([*personal.ID_FIELDS, "CF_XDR_MC"]))
    kept = in_text.filter(~pl.col("row").is_in(pl.Series(touched, dtype=pl.UInt32).implode()))
    carried = pl.DataFrame({"now": touched, "row": origin[touched]}).cast(pl.UInt32)
    moved = carried.join(in_text, on="row").select(row="now", element="element", value="value")
    cells = (
        frame.with_row_index("row")
        .filter(pl.col("row").is_in(moved["row"].implode()))
        .unpivot(index="row", variable_name="field", value_name="cell")
    )
    found = moved.join(cells, on="row").filter(
        pl.col("cell").str.contains(pl.col("value"), literal=True)
    )
    return pl.concat(
        [personal.of_columns(frame), kept, found.select(made.secrets.columns).unique()]
    ).sort("row", "field", "value")


def _planted(chosen: np.ndarray, touched: np.ndarray) -> pl.DataFrame:
    """Return the findings that the defects themselves lead to."""
    lines = [
        (row, field, rule, PLANTED[place].name)
        for row, place in zip(touched.tolist(), chosen[touched].tolist(), strict=True)
        for field, rule in PLANTED[place].found
    ]
    return pl.DataFrame(lines, schema=TRUTH, orient="row")


def _consequences(
    frame: pl.DataFrame,
    source: pl.DataFrame,
    secrets: pl.DataFrame,
    chosen: np.ndarray,
    *,
    is_late: Callable[[date], bool],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what follows from the records themselves: personal data in text, late reports."""
    refused = np.array([False, *(each.refuses for each in PLANTED)])[chosen + 1]
    unread = np.array([False, *map(_is_unread, PLANTED)])[chosen + 1]
    rows = pl.DataFrame({"refused": refused, "unread": unread}).with_row_index("row")
    told = secrets.filter(pl.col("field").is_in(_PUBLISHED_TEXTS)).select("row", "field").unique()
    personal_data = told.join(rows.filter(~pl.col("refused")), on="row").select(
        "row", "field", rule=pl.lit(PERSONAL), defect=pl.lit("公开文本中有个人信息")
    )
    days = pl.DataFrame({"row": rows["row"], "day": decided_days(frame, source, chosen)})
    late_days = [day for day in days["day"].unique().drop_nulls() if is_late(day)]
    late = days.filter(pl.col("day").is_in(late_days)).join(
        rows.filter(~pl.col("unread")), on="row"
    )
    return personal_data, late.select(
        "row", field=pl.lit(DECIDED), rule=pl.lit(LATE), defect=pl.lit("逾期报送")
    )


def _is_unread(defect: Defect) -> bool:
    return any(rule.startswith(UNREAD) for _, rule in defect.found)


def decided_days(frame: pl.DataFrame, source: pl.DataFrame, chosen: np.ndarray) -> pl.Series:
    """Return the day of each decision, null where a defect has made it unreadable.

    An oddity writes the day of the record that it was made from, in whatever form.
    """
    day = pl.col(DECIDED).str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})$").str.to_date(strict=False)
    is_oddity = pl.Series(chosen >= len(DEFECTS))
    return pl.select(
        pl.when(is_oddity)
        .then(source.select(day).to_series())
        .otherwise(frame.select(day).to_series())
    ).to_series()


def _is_late(calendar: Calendar, today: date, decided: date) -> bool:
    """Say whether a decision should have been reported before today."""
    waited = calendar.lateness(decided, today)
    return waited is not None and waited > _LATE_AFTER
