"""The form of a person's name: surname and given name.

Names are of three forms: Han (张三, two-character surnames included, blanks allowed inside), dotted
(阿不都·热合曼) and Latin.
"""

import re

from gongshi.redaction.vocabulary import BORNE, COMPOUND, EVERYDAY, NEVER_GIVEN

DOTTED = re.compile(r"[一-龥]{1,8}(?:·[一-龥]{1,10}){1,4}")
LATIN = re.compile(r"[A-Z][A-Za-z]{1,20}(?:[ ·.]{1,2}[A-Z][A-Za-z]{1,20}){1,3}")
SHORT = 2
_BLANKS = re.compile(r"\s{0,2}")


def compact(name: str) -> str:
    """Return a name without the blanks inside."""
    return "".join(name.split())


def is_name(text: str) -> bool:
    """Say whether the whole of `text` has the form of a person's name.

    >>> [is_name(t) for t in ("张三丰", "欧阳 修", "阿不都·热合曼", "黄豆", "示例公司", "张某")]
    [True, True, True, False, False, False]
    """
    if DOTTED.fullmatch(text) or LATIN.fullmatch(text):
        return True
    surname = surname_end(text, 0)
    if surname is None or (is_word(text, 0) and len(text) == SHORT):
        return False
    return any(_given_end(text, surname, count) == len(text) for count in (1, 2))


def surname_end(text: str, start: int) -> int | None:
    """Return where the surname at `start` ends: two characters for a compound one."""
    if text[start : start + 2] in COMPOUND:
        return start + 2
    return start + 1 if text[start : start + 1] in BORNE else None


def surname_of(name: str) -> str:
    """Return what stays of a name when it is masked."""
    if "·" in name or name[:1].isascii():
        return name[:1]
    return name[:2] if name[:2] in COMPOUND and len(name) > SHORT else name[:1]


def is_word(text: str, start: int) -> bool:
    """Say whether an everyday word begins at `start`, and no compound surname."""
    pair = text[start : start + 2]
    return pair in EVERYDAY and pair not in COMPOUND


def _given_end(text: str, start: int, count: int) -> int | None:
    """Return where a given name of `count` characters ends, blanks between them allowed."""
    for _ in range(count):
        blanks = _BLANKS.match(text, start)
        start = blanks.end() if blanks else start
        character = text[start : start + 1]
        if not ("一" <= character <= "龥") or character in NEVER_GIVEN:
            return None
        start += 1
    return start
