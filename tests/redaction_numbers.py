"""Labelled wordings for every element that is not a name, and how a redaction of one is judged.

`tests/redaction/*.yml` hold frames, values and texts; what must vanish stands between ‹ and ›.
A character between them that is in no span leaks; any other character in a span is touched.
"""

# ruff: noqa: RUF002  the marks are data here

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gongshi.redaction import ELEMENTS, Span, Subject, redact
from gongshi.redaction.rules import NAME

HERE = Path(__file__).parent / "redaction"
KEPT = frozenset({"numbers_kept", "homes_kept"})
FILES = ("numbers", "numbers_kept", "numbers_attack", "homes", "homes_kept")
_MARK = re.compile("[‹›]")
_NO_NAMES = frozenset(ELEMENTS) - {NAME}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, which of its characters must vanish, and whose record it stands in."""

    family: str
    text: str
    secret: frozenset[int]
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a redaction left of the secret characters, and what it took of the others."""

    leaked: str
    touched: str


def wordings(name: str) -> Iterator[Wording]:
    """Yield the wordings of one file: every frame with every value, then the texts.

    A value without marks vanishes whole, except in files of `KEPT`, where nothing does.
    """
    for family, content in families(name).items():
        for marked in _filled(content, marks=name not in KEPT):
            yield wording(family, marked, personal="personal" in content)


def shapes(name: str) -> dict[str, str]:
    """Return family → how many frames, values and single texts it has: `40 × 55 + 3`."""
    parts = ("frames", "values", "texts")
    counted = {
        family: [len(content.get(part, ())) for part in parts]
        for family, content in families(name).items()
    }
    return {
        family: f"{frames} × {values} + {texts}"
        for family, (frames, values, texts) in counted.items()
    }


def families(name: str) -> dict[str, Any]:
    """Return one file as it is written; every value is text."""
    content = (HERE / f"{name}.yml").read_text(encoding="utf-8")
    return dict(yaml.load(content, Loader=yaml.BaseLoader))  # noqa: S506  builds strings only


def wording(family: str, marked: str, *, personal: bool = False) -> Wording:
    """Return the text without its marks, and where its secret characters stand; blanks are none."""
    pieces = _MARK.split(marked)
    text, secret = "", set[int]()
    for number, piece in enumerate(pieces):
        if number % 2:
            secret |= {len(text) + at for at, one in enumerate(piece) if not one.isspace()}
        text += piece
    return Wording(family, text, frozenset(secret), personal)


def judged(one: Wording) -> Verdict:
    """Return what the rules for everything but names make of a wording."""
    subject = Subject(personal=one.personal, hidden=_NO_NAMES)
    return verdict(one, redact(one.text, subject).spans)


def verdict(one: Wording, spans: Sequence[Span]) -> Verdict:
    """Return what `spans` left and took too much of a wording."""
    gone = {place for span in spans for place in range(span.start, span.end)}
    visible = frozenset(range(len(one.text))) - one.secret
    left, taken = one.secret - gone, visible & gone
    blanks = {place for place in taken if one.text[place].isspace()}
    inside = {p for p in blanks if one.secret and min(one.secret) < p < max(one.secret)}
    return Verdict(_at(one.text, left), _at(one.text, taken - inside))


def _at(text: str, places: frozenset[int] | set[int]) -> str:
    return "".join(text[place] for place in sorted(places))


def _filled(content: dict[str, Any], *, marks: bool) -> Iterator[str]:
    """Yield the marked texts of one family."""
    for frame in content.get("frames", ()):
        for value in content["values"]:
            whole = marks and "‹" not in value
            yield frame.replace("{}", f"‹{value}›" if whole else value)
    yield from content.get("texts", ())
