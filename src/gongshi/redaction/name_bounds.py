"""What a name weighs at most: most candidates are hopeless, and this tells it cheaply.

A candidate that weighs less than its characters as plain words is on no path (`lattice`). What its
own characters and what stands before it weigh is exact here; what stands after is bounded by the
next word alone, without the patterns that look further ahead. The bounds come from the weights
themselves, so a candidate is given up only when no text around it could save it.
"""

from functools import lru_cache

from gongshi.redaction import recogniser
from gongshi.redaction.name_context import FOLLOWERS, NO_PART_OF_NAMES, OTHER, OTHERS, TRADE_SIGNS
from gongshi.redaction.name_form import given_sign, surname_sign
from gongshi.redaction.vocabulary import CLOSED, NAME_WEIGHTS

Next = tuple[str | None, str, float]
"""The kind of the next word as a sign, None where no word follows; its kind; what it weighs."""
_FOLLOWERS = (*(sign for sign, _ in FOLLOWERS), OTHER)
WINDOW = 4
"""How many characters after a name decide its bound: the longest word of the dictionary."""
_ROUNDING = 1e-6
"""More than sums of the same weights differ by their order."""


def _weigh(sign: str) -> float:
    return NAME_WEIGHTS.get(sign, 0.0)


def _at_most(*signs: str) -> float:
    """Return the most that one of the signs, or none of them, adds."""
    return max(0.0, *map(_weigh, signs))


BLANK, AGAIN = _at_most("blank"), _at_most("again")
_ASIDE = _at_most("brand") + _at_most("whole")
TORN_BEFORE = _weigh("torn before")
TORN = {length: _weigh(f"torn{length}") for length in (2, 3, 4)}
LINKED = _at_most("linked") + _at_most("linked both", "linked whole")
"""What a list of known names adds to a name at most."""


@lru_cache(maxsize=1 << 16)
def around(length: int, before: tuple[str, ...], surname: str) -> float:
    """Return what stands before a name weighs, and the most that its other marks add.

    `length` is that of the given name.
    """
    plain = (sign for sign in before if sign[1] != "=")
    signs = (
        *before,
        *(f"{min(length, 2)}{sign}" for sign in plain),
        f"{surname_sign(surname)} {before[0]}",
    )
    return sum(map(_weigh, signs)) + _ASIDE + _ROUNDING


@lru_cache(maxsize=1 << 16)
def most_after(before: str, length: int, ahead: str, follower: str) -> float:
    """Return the most that stands after a name weighs.

    `before` is the first sign before it, `ahead` the first `WINDOW` characters after, `follower`
    the sign of what follows, "" where it is not known yet.
    """
    return _most_after(before, min(length, 2), follower, _next(ahead))


@lru_cache(maxsize=1 << 16)
def _next(ahead: str) -> Next:
    """Return what is known of the next word."""
    here = ahead[:1]
    word = recogniser.word_after(ahead, 0)
    kind = recogniser.kind(word)[:1]
    if not "一" <= here <= "龥":
        return None, kind, 0.0
    own = _at_most("a=born", "a=not born") if word == "生于" else 0.0
    if len(word) <= 1:
        own += _weigh(f"a=lone {given_sign(here)}") + _at_most("a=lone end")
        own += _weigh(f"a={here}") if here in CLOSED else 0.0
    return kind, kind, own


@lru_cache(maxsize=1 << 12)
def _most_after(before: str, length: int, follower: str, following: Next) -> float:
    """Return the bound for one kind of next word."""
    shown, kind, own = following
    followers = (follower,) if follower else _FOLLOWERS

    def weigh(sign: str) -> float:
        """Return a sign's weight, with the length and with what stands before."""
        return _weigh(sign) + _weigh(f"{length}{sign}") + _weigh(before + sign)

    verb = " verb" if kind in NO_PART_OF_NAMES else ""
    return (
        max(0.0, weigh(f"a:part{verb}"), weigh(f"a:far{verb}"))
        + max(map(weigh, followers))
        + sum(_at_most(sign) for sign, _ in OTHERS)
        + _at_most(*TRADE_SIGNS)
        + (0.0 if shown is None else weigh(f"a:{shown}"))
        + own
    )
