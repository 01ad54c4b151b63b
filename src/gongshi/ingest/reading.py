"""What reading has made of a file so far: records, findings, and rows given up on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from gongshi.ingest.rules import Doubt, finding
from gongshi.models import ROW, SHEET, Finding, Letters, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`frame` has `_sheet`, `_row` and text columns; refused rows are no longer in it."""

    frame: pl.DataFrame = field(repr=False)
    columns: Letters = field(default_factory=Letters)
    findings: tuple[Finding, ...] = ()
    refused: frozenset[tuple[str, int]] = frozenset()

    @property
    def rows(self) -> int:
        """Source rows read: taken and refused."""
        return self.frame.select(SHEET, ROW).n_unique() + len(self.refused)

    def refusing(self, doubts: Iterable[tuple[str, int, Doubt]]) -> "Reading":
        """Return the reading without the rows in doubt, each with its finding."""
        told = [
            finding(doubt, sheet=sheet, row=row, column=self.columns.of(sheet, doubt.field))
            for sheet, row, doubt in doubts
        ]
        gone = {(each.sheet, each.row) for each in told if each.severity is Severity.ERROR}
        if not told:
            return self
        return replace(
            self,
            frame=_without(self.frame, gone),
            findings=(*self.findings, *told),
            refused=self.refused | gone,
        )


def _without(frame: pl.DataFrame, gone: Iterable[tuple[str, int]]) -> pl.DataFrame:
    """Return the frame without the source rows `gone`."""
    left = pl.DataFrame(
        list(gone), schema={SHEET: frame.schema[SHEET], ROW: frame.schema[ROW]}, orient="row"
    )
    return frame.join(left, on=[SHEET, ROW], how="anti", maintain_order="left")
