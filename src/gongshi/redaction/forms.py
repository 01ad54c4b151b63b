"""The form of a person's name in text: surname, given name, and where the name ends.

Names are of three forms: Han (张三, 欧阳某丰's two-character surname included, blanks allowed
inside), dotted (阿不都·热合曼) and Latin. Where a Han name of one or two given characters ends is
decided by what may follow a name; where both readings fit, the characters decide.
"""

import re

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.vocabulary import (
    ACTIONS,
    AMBIGUOUS,
    COMPOUND,
    EVERYDAY,
    EVERYDAY_VERBS,
    LIKELY_GIVEN,
    NEVER_GIVEN,
    RARELY_GIVEN,
    SINGLE,
    TRANSLITERATION,
)

DOTTED = re.compile(r"[一-龥]{1,8}(?:·[一-龥]{1,10}){1,4}")
LATIN = re.compile(r"[A-Z][A-Za-z]{1,20}(?:[ ·.]{1,2}[A-Z][A-Za-z]{1,20}){1,3}")
SHORT = 2
_SOUND = f"[{''.join(sorted(TRANSLITERATION))}]"
_FOREIGN = re.compile(f"{_SOUND}{{1,8}}(?:·{_SOUND}{{1,8}}){{1,4}}")
_BLANKS = re.compile(r"\s{0,2}")
_BLANK = re.compile(r"\s")


def compact(name: str) -> str:
    """Return a name without the blanks inside."""
    return _BLANK.sub("", name)


def name_at(
    text: str, start: int, *, follow: re.Pattern[str] | None = None, firm: bool = False
) -> int | None:
    """Return where the name that begins at `start` ends; None where no name does.

    With `follow`, one of these words must come next; without, anything that may follow a name.
    Where what comes before is `firm` about a name, likely characters are enough.
    """
    dotted = DOTTED.match(text, start)
    if dotted:
        return _dotted_end(text, dotted, follow)
    ends = _ends(text, start, firm=firm)
    fits = [end for end in ends if _ends_well(text, end, follow)]
    if len(fits) == SHORT and _reads_on(text, *fits):
        return fits[1]
    if fits:
        return fits[0]
    likely = (e for e in ends if is_likely(text[start:e]) and text[start + 1 : e] not in ACTIONS)
    return next(likely, None) if firm else None


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
    return start + 1 if text[start : start + 1] in SINGLE else None


def surname_of(name: str) -> str:
    """Return what stays of a name when it is masked."""
    if "·" in name or name[:1].isascii():
        return name[:1]
    return name[:2] if name[:2] in COMPOUND and len(name) > SHORT else name[:1]


def is_word(text: str, start: int) -> bool:
    """Say whether an everyday word begins at `start`, and no compound surname."""
    pair = text[start : start + 2]
    return pair in EVERYDAY and pair not in COMPOUND


def is_likely(name: str) -> bool:
    """Say whether every character after the surname is usual in given names, or the name dotted."""
    given = compact(name[surname_end(name, 0) or 1 :])
    return "·" in name or all(character in LIKELY_GIVEN for character in given)


def is_sure(name: str) -> bool:
    """Say whether a name is likely and its surname no everyday word."""
    return name[:1] not in AMBIGUOUS and is_likely(name)


def is_doubtful(text: str, start: int, end: int) -> bool:
    """Say whether the surname is an everyday word, and nothing else makes the name likely."""
    if text[start : start + 1] not in AMBIGUOUS:
        return False
    if not is_likely(text[start:end]) or recogniser.is_word(compact(text[start + 1 : end])):
        return True
    return end - start == SHORT and not _clear(text, end)


def stands_alone(name: str) -> bool:
    """Say whether a name of three characters or more holds no other word and is no place."""
    return (
        len(name) > SHORT
        and name[1:3] not in EVERYDAY
        and name[1:3] not in ACTIONS
        and name[-1] not in grammar.PLACES
    )


def _ends(text: str, start: int, *, firm: bool) -> list[int]:
    """Return where a Han name at `start` may end by its characters alone, the longer one first."""
    surname = surname_end(text, start)
    if surname is None:
        return []
    longer, shorter = (_given_end(text, surname, count) for count in (2, 1))
    if is_word(text, start):
        shorter = None
        verb = text[start : start + 2] in EVERYDAY_VERBS
        if verb or not firm or not longer or not is_likely(text[start:longer]):
            longer = None
    return [end for end in (longer, shorter) if end is not None]


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


def _clear(text: str, end: int) -> bool:
    """Say whether what stands at `end` can only follow a name, or anything that is complete."""
    return bool(grammar.HARD.match(text, end) or grammar.SAYING.match(text, end))


def _ends_well(text: str, end: int, follow: re.Pattern[str] | None) -> bool:
    """Say whether a name may end here."""
    if follow is not None:
        return follow.match(text, end) is not None
    if _clear(text, end):
        return True
    return text[end - 1] not in RARELY_GIVEN and grammar.SOFT.match(text, end) is not None


def _reads_on(text: str, longer: int, shorter: int) -> bool:
    """Say whether the last character of the longer name begins the next word: 王明|代为."""
    if text[longer - 1] in grammar.FUNCTION_CHARACTERS:
        return True
    word = grammar.SAYING.match(text, shorter)
    return word is not None and word.end() > longer and not _clear(text, longer)


def _dotted_end(text: str, match: re.Match[str], follow: re.Pattern[str] | None) -> int | None:
    """Return where a name with · ends: its last part stops before a word that may follow."""
    last = text.rindex("·", match.start(), match.end()) + 1
    for end in range(last + 1, match.end() + 1):
        if follow is not None and follow.match(text, end):
            return end
        if _clear(text, end) or grammar.SOFT.match(text, end):
            return end if follow is None else None
    foreign = transliterated_end(text, match.start())
    return None if follow is not None else foreign or match.end()


def is_transliterated(text: str) -> bool:
    """Say whether every character is one of transliteration."""
    return TRANSLITERATION.issuperset(text)


def transliterated_end(text: str, start: int) -> int | None:
    """Return where a name with · written in characters of transliteration ends.

    >>> transliterated_end("阿依·汗协助", 0), transliterated_end("酱香味·中辣", 0)
    (4, None)
    """
    match = _FOREIGN.match(text, start)
    if match is None:
        return None
    last = text.rindex("·", start, match.end()) + 2
    ends = range(last, match.end())
    return next((end for end in ends if _clear(text, end)), match.end())
