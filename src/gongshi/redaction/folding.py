"""Text as the detectors see it: one spelling per character, and the way back to the original.

Every character becomes one character or none, so that offsets map back exactly: full-width forms
and digits of every script become ASCII, all blanks one kind of blank, invisible characters go,
look-alikes of X and of the masking star become those. A long run of Chinese numerals, as in a
number spelled out, becomes digits too. Published text is never folded: it stays as written,
apart from masks.

Source: Unicode 15, UAX 15 (NFKC), general categories Cf, Nd and Zs.

>>> folded = fold("电话１３８\u200b-0013 8000")
>>> folded.text
'电话138-0013 8000'
>>> folded.original(5, 13)
(6, 14)
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
import unicodedata
from dataclasses import dataclass

_EVEN = re.compile(
    "[\n -~\u3000-\u3002\u3008-\u3011\u3014\u3015\u4e00-\u9fff\uff01-\uff5e\u201c\u201d\u2018\u2019"
    "\u2014\u2026\u00b7\u00d7\u2103\u33a1\u2460-\u2473]*"
)
"""Text in which every character folds to exactly one: its offsets are those of the original."""

_LOOK_ALIKES = {
    "Х": "X", "х": "X", "Χ": "X", "χ": "X", "×": "*", "✕": "*", "✱": "*", "●": "*", "•": "·",
    "‧": "·", "∙": "·", "・": "·", "･": "·", "﹒": "·", "‑": "-", "‐": "-", "−": "-", "﹣": "-",
}  # fmt: skip
_KEPT = frozenset({"No", "So"})  # ① and ㈠ are marks of a list, no digits of a number

_NUMERALS = "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_DIGITS = str.maketrans(_NUMERALS, "0001234567891234567891")
_SPELLED = re.compile(rf"[0-9{_NUMERALS}](?:[ \-]?[0-9{_NUMERALS}]){{6,}}[Xx]?")
_NUMERAL = re.compile(f"[{_NUMERALS}]")
_SPELLED_DIGIT = re.compile(f"[0-9{_NUMERALS}]")
_LEAST_NUMERALS, _LEAST_MIXED = 6, 11
_WHOLE = re.compile(rf"[0-9](?:[ \-]?[0-9]){{{_LEAST_MIXED - 1},}}[Xx]?")
"""A number that is as long as a phone's without any numeral beside it."""


_CHANGED = re.compile("[\u3000\uff01-\uff5e\u00d7]")
"""The characters of even text that fold to another."""


class _Table(dict[int, str]):
    """Code point → folded character, "" for an invisible one; filled as it is used."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold_character(chr(code))
        return found


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text; `origins` are offsets in the original, None where they are the same."""

    text: str
    origins: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` (not empty) was made from."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Return `text` as the detectors see it."""
    if _EVEN.fullmatch(text):
        return Folded(_spell_out(_CHANGED.sub(_folded, text)))
    pieces = [_TABLE[ord(character)] for character in text]
    origins = tuple(place for place, piece in enumerate(pieces) if piece)
    return Folded(_spell_out("".join(pieces)), None if len(origins) == len(text) else origins)


def _folded(match: re.Match[str]) -> str:
    """Return what one character folds to."""
    return _TABLE[ord(match[0])]


def as_digits(text: str) -> str:
    """Return `text` with every Chinese numeral as a digit, in a number or not.

    >>> as_digits("一三八,〇〇一三")
    '138,0013'
    """
    return text.translate(_DIGITS)


def _fold_character(character: str) -> str:
    """Return the one character that stands for `character`, or "" for an invisible one."""
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me", "Cs"}:
        return ""
    if category == "Zs" or character == "\t":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(character))
    narrow = unicodedata.normalize("NFKC", character)
    return character if category in _KEPT or len(narrow) != 1 else narrow


def _spell_out(text: str) -> str:
    """Return `text` with long runs of Chinese numerals as digits; the length stays."""
    return _SPELLED.sub(_digits, text) if _NUMERAL.search(text) else text


def _digits(match: re.Match[str]) -> str:
    """Return the run as digits where it has many numerals, or any in a number long as a phone's.

    >>> fold("张三13800138000").text, fold("电话一38零0138000").text
    ('张三13800138000', '电话13800138000')
    """
    run = match[0]
    if _WHOLE.fullmatch(run.strip(f"{_NUMERALS} -")):  # 张三 before a number: 三 is no part of it
        return run
    long = len(_SPELLED_DIGIT.findall(run)) >= _LEAST_MIXED
    return run.translate(_DIGITS) if long or len(_NUMERAL.findall(run)) >= _LEAST_NUMERALS else run
