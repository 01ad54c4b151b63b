"""The word lists behind the name grammar, read from `words/*.txt`: surnames, roles, what follows.

One list a file, `#` for comments, blanks and line breaks between words. A word is added there,
not in code, when a published decision shows a person in a way that is not yet covered.

Source: 百家姓 and the surnames of the census lists; the wording of published decisions; all written
from memory.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent / "words"


def _lines(name: str) -> list[str]:
    """Return the lines of one list."""
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def words(name: str) -> list[str]:
    """Return the words of one list."""
    return [word for line in _lines(name) for word in line.split()]


def characters(name: str) -> frozenset[str]:
    """Return the characters of one list."""
    return frozenset("".join(_lines(name)))


def pairs(name: str) -> list[tuple[str, str]]:
    """Return the two columns of a list of patterns."""
    return [(before, after) for before, _, after in (line.partition("\t") for line in _lines(name))]


def any_of(name: str) -> str:
    """Return a pattern for any word of a list, the longest first."""
    return "|".join(sorted(words(name), key=lambda word: (-len(word), word)))


COMMON = characters("surnames")
FREQUENT = frozenset(_lines("surnames")[0])
"""The surnames of the first line, which most people bear."""
AMBIGUOUS = characters("surnames_ambiguous") | characters("surnames_function")
NOUNS = characters("surnames_nouns")
COMPOUND = frozenset(words("surnames_compound"))
RARE = characters("surnames_rare")
BORNE = COMMON | characters("surnames_ambiguous")
"""What a cell that holds a name and nothing else may begin with."""
SINGLE = COMMON | AMBIGUOUS | RARE
NEVER_GIVEN = characters("given_never")
GIVEN_NAMES = frozenset(words("given_names"))
RARELY_GIVEN = characters("given_rarely")
TRANSLITERATION = characters("transliteration")
COMMON_GIVEN = characters("given_common")
LIKELY_GIVEN = characters("given_likely")
CLOSED = characters("particles") | characters("function_words")
"""Characters that are words of their own and few enough to be signs of their own."""
NICKNAMES = frozenset(words("nicknames"))
TRADES = frozenset(words("trades"))
EVERYDAY = frozenset([*words("everyday"), *words("everyday_verbs")])
BRANDS = frozenset(words("brands"))
PERSON_ENDINGS = characters("person_endings")
NAME_WEIGHTS = {sign: float(weight) for weight, sign in pairs("name_weights")}
