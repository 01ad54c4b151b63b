"""Chinese full-text search: text to index tokens, a query to an FTS5 expression, and the recheck.

Chinese is written without blanks, so the index holds every pair of neighbouring characters
(a *bigram*): 食品安全 is indexed as 食品 品安 安全 全. The single last character makes every
character the beginning of some token, so that a prefix answers a query of one character. Words
of ASCII letters and digits are kept whole. The tokens go into a contentless FTS5 table declared
by `FTS_OPTIONS`; positions are not stored, so `match` finds a few rows too many, and `confirm`
settles each on its text. Both together answer exactly as a substring search (LIKE) does.

One limit: a query of ASCII letters and digits alone is found at the beginning of such a word
(2026 finds 20261122, 1122 does not). Beside Chinese characters, substrings of any kind agree.

Imports nothing outside the standard library: publishing and serving share it.

>>> tokens("食品安全〔2026〕3号")
'食品 品安 安全 全 2026 3 号'
>>> match("食品安全")
'"食品" AND "品安" AND "安全"'
>>> match("罚")
'"罚"*'
>>> match("〔〕") is None
True
>>> confirm("食品 全（2026", ["示例店", "食品安全(2026)"])
True
>>> mark("食品", "示例食品店")
[(2, 4)]
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

FTS_OPTIONS = "content='', detail=none, columnsize=0, prefix='1', tokenize='ascii'"
"""How the index table is declared; the `ascii` tokenizer cuts at the blanks that `tokens` puts."""

COLUMNS = {
    "penalties": (
        "party",
        "uscc",
        "doc_no",
        "authority",
        "violation_type",
        "facts",
        "basis",
        "kinds",
        "content",
        "legal_rep",
    ),
    "licenses": (
        "party",
        "uscc",
        "doc_no",
        "authority",
        "certificate",
        "certificate_no",
        "license_kind",
        "content",
        "legal_rep",
    ),
}
"""Table → the columns that its index `TABLE_fts` looks into, joined by a line break."""

MAX_TERMS = 40
"""Tokens used from one query: more would not narrow the result, and `confirm` reads it all."""

MAX_WORD = 100
"""Characters of a word that the index knows; two longer words with this beginning are one to it."""

_RUNS = re.compile(r"([0-9a-z]+)|([^\W\x00-\x7f]+)")
_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')


def fold(text: str) -> str:
    """Return `text` in the form in which it is compared: NFKC, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def tokens(text: str) -> str:
    """Return the index tokens of `text`, blanks between, in the order of the text."""
    found: list[str] = []
    for word, run in _RUNS.findall(fold(text)):
        if word:
            found.append(word[:MAX_WORD])
        else:
            found.extend(map(str.__add__, run, run[1:]))
            found.append(run[-1])
    return " ".join(found)


def match(query: str) -> str | None:
    """Return the FTS5 expression for a person's query, or None where it holds nothing to search.

    Blanks separate words that must all occur; "…" keeps blanks inside one phrase. Nothing the
    person writes is an operator: every token is quoted, and tokens hold letters and digits only.
    """
    terms = dict.fromkeys(term for phrase in phrases(query) for term in _terms(phrase))
    return " AND ".join(list(terms)[:MAX_TERMS]) or None


def confirm(query: str, texts: Iterable[str | None]) -> bool:
    """Return whether every phrase of `query` stands in at least one of a record's `texts`."""
    folded = [fold(text) for text in texts if text]
    return all(any(phrase in text for text in folded) for phrase in phrases(query))


def mark(query: str, text: str) -> list[tuple[int, int]]:
    """Return the `(start, end)` spans of `text` that the query's phrases cover, merged, in order.

    Offsets count characters of `text` as given. Blank runs are matched as written.
    """
    folded, origin = _fold_with_origin(text)
    spans = sorted(
        (origin[hit.start()], origin[hit.end() - 1] + 1)
        for phrase in phrases(query)
        for hit in re.finditer(re.escape(phrase), folded)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def phrases(query: str) -> tuple[str, ...]:
    """Return the folded phrases of a query: what must occur, each as a substring."""
    parts = (quoted or word for quoted, word in _PARTS.findall(fold(query)))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _terms(phrase: str) -> Iterator[str]:
    """Yield the FTS5 terms that every text holding `phrase` has."""
    runs = list(_RUNS.finditer(phrase))
    for found in runs:
        run = found[0]
        if found[2]:
            yield from (f'"{pair}"' for pair in map(str.__add__, run, run[1:]))
            if len(run) == 1:
                yield f'"{run}"*'
        elif found.start() > 0 or len(runs) == 1:
            # At the end of a phrase a word may go on in the text; at its beginning it may have
            # begun before, and is left to `confirm` where something else narrows the search.
            word = f'"{run[:MAX_WORD]}"'
            yield f"{word}*" if found.end() == len(phrase) else word


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """Return `text` folded one character at a time, and the place that each character is from."""
    folded: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        piece = unicodedata.normalize("NFKC", char).lower()
        folded.append(piece)
        origin.extend([place] * len(piece))
    return "".join(folded), origin
