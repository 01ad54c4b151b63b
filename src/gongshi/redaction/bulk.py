"""Redaction over columns: a gate that clears most rows, then the rules on the rows that remain.

The text is the same as that of every rule on every cell; tests keep it so. The gate for numbers
and labels is one linear pass per column by the Rust engine, names are looked for once per
distinct text. A row passes to the rules when one of its cells has something without
which no rule can find anything, or when the caller says so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongshi.redaction.folding import fold
from gongshi.redaction.names import introduced
from gongshi.redaction.record import Subject, redact_record
from gongshi.redaction.rules import EXOTIC, RULES
from gongshi.redaction.spans import Span

if TYPE_CHECKING:
    import polars as pl

_RULE_GATE = "|".join(rule.gate for rule in RULES)
GATES: tuple[str, ...] = (EXOTIC, _RULE_GATE)
"""The gates of every rule but the one for names."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The frame with its text columns redacted, and every span as (row index, column, span)."""

    frame: "pl.DataFrame" = field(repr=False)
    spans: tuple[tuple[int, str, Span], ...] = ()


def redact_frame(
    frame: "pl.DataFrame",
    columns: Sequence[str],
    subject_of: Callable[[int], Subject],
    *,
    forced: "pl.Series | None" = None,
    names: bool = True,
) -> Masked:
    """Return `frame` with the String `columns` redacted, each row as one record.

    `subject_of(row index)` is asked only for rows that pass the gate; rows where `forced` is
    true pass always: those with names to mask that no gate can know. Without `names` the subjects
    must hide none.
    """
    rows = suspects(frame, columns, forced=forced, names=names)
    return _rewrite(frame, columns, dict(_redacted(frame, columns, subject_of, rows)))


def suspects(
    frame: "pl.DataFrame",
    columns: Sequence[str],
    *,
    forced: "pl.Series | None" = None,
    names: bool = True,
) -> list[int]:
    """Return the indices of the rows that may hold anything a rule finds."""
    import polars as pl  # noqa: PLC0415  the row-wise rules serve hosts without polars

    columns = list(columns)
    passed = (
        frame.select(
            pl.any_horizontal(pl.col(name).str.contains(gate) for name in columns for gate in GATES)
        )
        .to_series()
        .fill_null(value=False)
    )
    if forced is not None:
        passed |= forced
    for name in columns if names else ():
        unread = frame.filter(~passed)[name].unique().drop_nulls()
        naming = [text for text in unread if _names_somebody(text)]
        passed |= frame[name].is_in(naming).fill_null(value=False)
    return list(passed.arg_true())


def _names_somebody(text: str) -> bool:
    """Say whether a text introduces a name; asked once for texts that many rows share."""
    return bool(introduced(fold(text).text))


def _redacted(
    frame: "pl.DataFrame",
    columns: Sequence[str],
    subject_of: Callable[[int], Subject],
    rows: Sequence[int],
) -> Iterator[tuple[tuple[int, str], tuple[str, tuple[Span, ...]]]]:
    """Yield ((row, column), (text, spans)) of the cells that change."""
    texts = frame.select(columns).fill_null("")[rows]
    for row, cells in zip(rows, texts.iter_rows(), strict=True):
        for name, after in zip(columns, redact_record(cells, subject_of(row)), strict=True):
            if after.spans:
                yield (row, name), (after.text, after.spans)


def _rewrite(
    frame: "pl.DataFrame",
    columns: Sequence[str],
    changed: dict[tuple[int, str], tuple[str, tuple[Span, ...]]],
) -> Masked:
    """Return the frame with the changed cells put in."""
    import polars as pl  # noqa: PLC0415

    for name in columns:
        cells = {row: text for (row, column), (text, _) in changed.items() if column == name}
        if cells:
            series = frame[name].clone()
            frame = frame.with_columns(
                series.scatter(list(cells), pl.Series(list(cells.values()), dtype=pl.String))
            )
    spans = ((row, name, span) for (row, name), (_, found) in changed.items() for span in found)
    return Masked(frame, tuple(spans))
