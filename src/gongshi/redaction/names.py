"""Where text names natural persons.

Han names and names with · are found sentence by sentence by the likeliest division into words and
names (`lattice`); Latin names stand after a role word with a sign. Once introduced, a name is
known in the whole record and masked wherever it recurs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gongshi.redaction import grammar, lattice
from gongshi.redaction.forms import LATIN, compact


@dataclass(frozen=True, slots=True)
class Mention:
    """A name introduced at `start`..`end` of folded text; `legal` names a legal representative."""

    start: int
    end: int
    name: str
    legal: bool = False


def introduced(text: str) -> tuple[Mention, ...]:
    """Return the names that folded `text` introduces, in order of appearance.

    No name is introduced across the end of a sentence, and sentences recur in many texts.
    """
    return tuple(
        Mention(start + at, end + at, compact(text[start + at : end + at]), legal)
        for at, sentence in sentences(text)
        for start, end, legal in _in_sentence(sentence)
    )


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a text and where they start."""
    for match in grammar.SENTENCE.finditer(text):
        yield match.start(), match[0]


@lru_cache(maxsize=1 << 14)
def _in_sentence(text: str) -> tuple[tuple[int, int, bool], ...]:
    """Return the names that one sentence introduces: where, and whether of a representative."""
    return tuple(representatives(text, lattice.found(text)))


def representatives(text: str, found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Yield `found` and the Latin names of a sentence, and whether each is of a representative."""
    legal_at = -1
    for start, end in sorted([*found, *_latin(text)]):
        role = grammar.role_before(text, start)
        legal = start == legal_at or (role is not None and role.legal)
        yield start, end, legal
        link = grammar.LINK.match(text, end)
        if legal and link:
            legal_at = link.end()


def _latin(text: str) -> Iterator[tuple[int, int]]:
    """Yield Latin names after a role word with a sign: 姓名：John Example."""
    for match in LATIN.finditer(text):
        role = grammar.role_before(text, match.start())
        if role is not None and role.label:
            yield match.span()
