"""Public rows redacted once more, by a policy that has become stricter since they came in.

What the earlier policy showed stands in the stored text, and is masked as a new delivery of it
would be; what was masked stays so. Identity is left alone: keys were made from the original.
"""

from collections import Counter

import polars as pl

from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.deidentify import people
from gongshi.deidentify.layouts import LAYOUTS
from gongshi.deidentify.structure import DECISION, LINE, NUMBER, OWN, REGION
from gongshi.deidentify.texts import redact_texts
from gongshi.formats import uscc
from gongshi.keys import Key
from gongshi.redaction.bulk import Masked

_NO_KEY = Key(b"")
"""Persons get no key here; the stored one is kept."""


def redact_again(
    frame: pl.DataFrame, schema: str, policy: RedactionPolicy, *, agency: str
) -> pl.DataFrame:
    """Return those of the stored rows of an agency that change, as `policy` has them.

    `frame` has the schema's public columns and `party_key`; all records of a decision stand in it.
    """
    layout = LAYOUTS[schema]
    area = pl.col("authority_code").map_elements(uscc.area, return_dtype=pl.String)
    ready = frame.with_columns(
        pl.lit("").alias(NUMBER),
        pl.lit("").alias(OWN),
        pl.lit(0, dtype=pl.UInt32).alias(LINE),
        pl.when(area != "").then(area).alias(REGION),
        (pl.col("authority_code") + "\n" + pl.col("doc_no_key")).alias(DECISION),
        pl.col(layout.category).alias(people.CATEGORY),
    )
    cast = people.cast(ready, people.rules_for(ready, policy, agency), _NO_KEY)
    masked = redact_texts(cast, layout)
    after = masked.frame.select(frame.columns).with_columns(
        frame[people.PARTY_KEY], frame["redactions"].fill_null(0) + _more(masked, cast)
    )
    changed = pl.any_horizontal(
        pl.col(name).ne_missing(frame[name]) for name in frame.columns if name != "redactions"
    )
    rows: pl.DataFrame = after.filter(after.select(changed).to_series())
    return rows


def _more(masked: Masked, cast: people.Cast) -> pl.Series:
    """Return how many places each row has masked that were not before."""
    counts = Counter(
        index
        for index, name, span in masked.spans
        if (cast.frame[name][index] or "")[span.start : span.end] != span.mask
    )
    counts.update({index: len(columns) for index, columns in cast.changed.items()})
    return pl.Series([counts[index] for index in range(masked.frame.height)], dtype=pl.Int64)
