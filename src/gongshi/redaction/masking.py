"""How names are masked, and where the known names of a record recur.

Masks follow court practice: the surname stays, 某 stands for the given name, a number is added
where two persons of one record would be masked alike; of names with · and of Latin names the
first character stays.

Source: 法释〔2016〕19号 art. 8 (from memory).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from gongshi.redaction import grammar
from gongshi.redaction.forms import compact, surname_of

_BETWEEN = r"(?:\s{0,2}|·)"
"""What may stand between two characters of a name, written by another hand."""


def mask(name: str) -> str:
    """Return the mask of a party's name: 张某 for two characters, 张某某 for more.

    >>> mask("张三"), mask("张三丰"), mask("欧阳示"), mask("阿不都·热合曼"), mask("John Example")
    ('张某', '张某某', '欧阳某', '阿某某', 'J某某')
    """
    dense = compact(name)
    surname = surname_of(dense)
    short = len(dense) - len(surname) == 1 and "·" not in dense
    return f"{surname}某" if short else f"{surname}某某"


def masks_of_others(names: Iterable[str], taken: Iterable[str], text: str) -> Mapping[str, str]:
    """Return name → mask of third persons: 张某, with a number where it would not be the only one.

    `taken` are the names of the record that are masked already or shown; `text` is the record and
    the masks of its parties: what stands there (张某 written by the source) is taken as well.
    """
    people = list(dict.fromkeys(names))
    surnames = [surname_of(name) for name in (*people, *taken)]
    masks: dict[str, str] = {}
    for name in people:
        base = f"{surname_of(name)}某"
        alone = surnames.count(surname_of(name)) == 1 and base not in text
        masks[name] = base if alone else _numbered(base, text, masks)
    return masks


def _numbered(base: str, text: str, masks: Mapping[str, str]) -> str:
    """Return `base` with the first number that neither the text nor another mask has."""
    number = 1
    while f"{base}{number}" in text or f"{base}{number}" in masks.values():
        number += 1
    return f"{base}{number}"


def present(text: str, names: Iterable[str]) -> list[str]:
    """Return those of the names that stand in folded `text`, blanks aside."""
    wanted = list(names)
    dense = _spelling(text) if wanted else ""
    return [name for name in wanted if _spelling(name) in dense]


@lru_cache(maxsize=1024)
def _any_of(spellings: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of names however they are written; the cells of a row share it."""
    spelled = (_BETWEEN.join(map(re.escape, spelling)) for spelling in spellings)
    return re.compile("|".join(spelled), re.IGNORECASE)


@lru_cache(maxsize=1024)
def _spelling(name: str) -> str:
    """Return a name as it is told from others: no blanks, no ·, small letters."""
    return compact(name).replace("·", "").casefold()


def occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield `(start, end, name)` wherever a known name stands in folded `text`, longest first.

    A name inside 《》, before a place word (高明区) or at the head of a firm's name (张三副食店) is
    not the person.
    """
    known = {_spelling(name): name for name in present(text, names)}
    if not known:
        return
    quoted = [match.span() for match in grammar.QUOTED.finditer(text)]
    for match in _any_of(tuple(sorted(known, key=len, reverse=True))).finditer(text):
        inside = any(start <= match.start() < end for start, end in quoted)
        name = known.get(_spelling(match[0]))
        if name and not inside and not grammar.PART_OF_ANOTHER_NAME.match(text, match.end()):
            yield *match.span(), name
