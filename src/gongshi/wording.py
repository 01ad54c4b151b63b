"""Wording: one catalogue in two languages, and how days, sums and numbers are written for people.

`templates/messages.yml` holds `key: [中文, English]`. Money comes in whole fen, days as ISO text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from gongshi.errors import SpecError
from gongshi.formats.money import FEN_PER_WAN, FEN_PER_YUAN, format_wan

LANGUAGES = ("zh", "en")
Catalogue = Mapping[str, Mapping[str, str]]

_MONTHS = "January February March April May June July August September October November December"


def load_catalogue(file: Path) -> Catalogue:
    """Return the words of the site by language and key.

    Raises:
        SpecError: an entry is not a pair of texts.
    """
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, pair in content.items():
        if not (isinstance(pair, list) and [*map(type, pair)] == [str, str]):
            raise SpecError(
                "应为 [中文, English]", "not [Chinese, English]", file=file.name, key=key
            )
    return {
        language: {key: pair[place] for key, pair in content.items()}
        for place, language in enumerate(LANGUAGES)
    }


@dataclass(frozen=True, slots=True)
class Words:
    """The site's words in one language."""

    catalogue: Catalogue
    lang: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of `key`, filled in; the key itself where it has none."""
        text = self.catalogue[self.lang].get(key, key)
        return text.format(**values) if values else text

    @property
    def is_chinese(self) -> bool:
        """Whether the page is in Chinese."""
        return self.lang == LANGUAGES[0]

    def day(self, iso: str | None) -> str:
        """Return a day for people: 2026年11月22日, 22 November 2026; "—" where there is none."""
        if not iso:
            return "—"
        try:
            found = date.fromisoformat(iso[:10])
        except ValueError:
            return iso
        if self.is_chinese:
            return f"{found.year}年{found.month}月{found.day}日"
        return f"{found.day} {_MONTHS.split()[found.month - 1]} {found.year}"

    def month(self, iso: str) -> str:
        """Return a month such as 2026-11 for people."""
        year, month = iso.split("-")
        return (
            f"{year}年{int(month)}月"
            if self.is_chinese
            else f"{_MONTHS.split()[int(month) - 1]} {year}"
        )

    def money(self, fen: int | None) -> str:
        """Return a sum for people: 12万元, 2,000元, CNY 120,000; "—" where there is none."""
        if fen is None:
            return "—"
        if self.is_chinese:
            return f"{format_wan(fen)}万元" if fen >= FEN_PER_WAN else f"{yuan(fen)}元"
        return f"CNY {yuan(fen)}"

    def exact(self, fen: int | None) -> str:
        """Return a sum to the fen, for the pointer that rests on it."""
        if fen is None:
            return ""
        return (
            f"{fen / FEN_PER_YUAN:,.2f} 元" if self.is_chinese else f"CNY {fen / FEN_PER_YUAN:,.2f}"
        )

    def title(self, row: Mapping[str, str | None]) -> str:
        """Return the title of a list in this language, the Chinese one where it has no other."""
        return (None if self.is_chinese else row.get("title_en")) or row["title"] or ""

    def value(self, text: object) -> str:
        """Return a value of a closed list in this language: 自然人, 一般, 罚款, black."""
        return self.catalogue[self.lang].get(f"value_{text}", str(text))


def yuan(fen: int) -> str:
    """Return fen as grouped 元, without needless decimals.

    >>> yuan(200_000), yuan(1_234_567)
    ('2,000', '12,345.67')
    """
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


def number(value: int | None) -> str:
    """Return a count with grouped digits.

    >>> number(12345)
    '12,345'
    """
    return "—" if value is None else f"{value:,}"
