"""决定书全文: who publishes the full text of decisions (`policies/full-text.yml`).

Rows are law, as everywhere under `policies/`. For a record the most specific row in force counts:
an agency named, then words in the name of the authority, then the longest area prefix.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import model_validator

from gongshi.declarations.base import Spec, wrong
from gongshi.models import Category

FILE = "full-text.yml"


class FullTextRow(Spec):
    """One rule: where and when it holds, and of whose decisions the full text is published.

    `agencies`, `authorities` (words in the name) and `jurisdictions` (prefixes of area codes) are
    any when empty.
    """

    code: str
    agencies: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    effective_from: date
    effective_to: date | None = None
    publish: Literal["none", "organisations", "all"]
    source: str
    confidence: Literal["sourced", "from-memory", "conflict"]
    note: str = ""

    @property
    def is_everywhere(self) -> bool:
        """Whether the row holds for every record."""
        return not (self.agencies or self.authorities or self.jurisdictions)

    def holds_on(self, day: date) -> bool:
        """Say whether the row is in force on `day`."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def specificity(
        self, agency: str, authority: str, region_code: str
    ) -> tuple[bool, bool, int] | None:
        """Return how closely the row fits, None where it does not."""
        prefixes = [len(code) for code in self.jurisdictions if region_code.startswith(code)]
        fits = (
            (not self.agencies or agency in self.agencies)
            and (not self.authorities or any(word in authority for word in self.authorities))
            and (not self.jurisdictions or bool(prefixes))
        )
        rank = (bool(self.agencies), bool(self.authorities), max(prefixes, default=0))
        return rank if fits else None

    def publishes(self, category: str) -> bool:
        """Say whether the full text of a decision on a party of this category is published."""
        return self.publish == "all" or (
            self.publish == "organisations" and category != Category.PERSON
        )


class FullTextPolicy(Spec):
    """The whole file, rows of the past included; one row holds everywhere, without an end."""

    rows: tuple[FullTextRow, ...]

    @model_validator(mode="after")
    def _holds_everywhere(self) -> "FullTextPolicy":
        codes = [row.code for row in self.rows]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise wrong("rows", f"code 重复:{twice[0]}", f"the code {twice[0]} stands twice")
        if not any(row.is_everywhere and row.effective_to is None for row in self.rows):
            raise wrong(
                "rows",
                "要有一行适用于所有机构和地区,并且没有 effective_to",
                "one row must hold for every agency and area, without `effective_to`",
            )
        return self

    def in_force(self, day: date) -> tuple[FullTextRow, ...]:
        """Return the rows that hold on a day."""
        return tuple(row for row in self.rows if row.holds_on(day))


def publishes(rows: Iterable[FullTextRow], record: tuple[str, str, str], category: str) -> bool:
    """Say whether the most specific of `rows` publishes the full text of a record.

    `record` is agency, name of the authority, area code; where no row fits nothing is published.
    """
    fits = ((row.specificity(*record), row) for row in rows)
    known = [(rank, row) for rank, row in fits if rank is not None]
    return bool(known) and max(known, key=lambda each: each[0])[1].publishes(category)
