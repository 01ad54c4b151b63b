"""Where text introduces natural persons by name. A surname table and a grammar, no model.

A name is what stands after a role word (证人, 委托代理人, 消费者 …), before 男/女, an identity
number or 系…员工, as the object of a verb of dealing with persons (从…处购进, 对…给予警告), as the
subject of what only persons do (…证实), or in a list that begins so. Once introduced, a name is
known in the whole record and masked wherever it recurs.

The search goes from candidates outwards: a quick look drops most places where a surname stands
(`_may_begin`), the rest are tried against what stands before and after them.

Source: the wording of published decisions, from memory.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gongshi.redaction import grammar, recogniser
from gongshi.redaction.forms import (
    DOTTED,
    LATIN,
    SHORT,
    compact,
    is_doubtful,
    is_likely,
    is_name,
    is_sure,
    is_word,
    name_at,
    stands_alone,
    transliterated_end,
)
from gongshi.redaction.grammar import Role
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    COMPOUND,
    EVERYDAY_VERBS,
    NEVER_GIVEN,
    SINGLE,
)

_START = re.compile(f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])")
_LIST = "、和及与"
_LIST_LEFT = grammar.LEFT | frozenset(_LIST)
_LENGTHS = (4, 3, 2)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name introduced at `start`..`end` of folded text; `legal` names a legal representative."""

    start: int
    end: int
    name: str
    legal: bool = False


@lru_cache(maxsize=4096)
def introduced(text: str) -> tuple[Mention, ...]:
    """Return the names that folded `text` introduces, in order of appearance."""
    found = [m for start in _candidates(text) for m in _tried(text, start)]
    found += [*_latin(text), *_before_counts(text)]
    found += _recognised(text, found)
    listed = [m for first in found for m in (*_continued(text, first), *_led_by(text, first))]
    unique = {(mention.start, mention.end): mention for mention in [*listed, *found]}
    return tuple(unique[span] for span in sorted(unique))


def _candidates(text: str) -> Iterator[int]:
    """Yield the places where a name may begin."""
    for match in _START.finditer(text):
        if _may_begin(text, match.start()):
            yield match.start()
    for match in DOTTED.finditer(text):
        starts = range(match.start(), text.index("·", match.start()))
        after_role = [start for start in starts if grammar.role_before(text, start)]
        yield from after_role[-1:] or starts


def _may_begin(text: str, at: int) -> bool:
    """Say whether a name may begin at the surname `text[at]`, from its neighbours alone."""
    given, pair = text[at + 1], text[at : at + 2]
    if pair in COMPOUND or given.isspace():
        return True
    if given in NEVER_GIVEN or pair in EVERYDAY_VERBS:
        return False
    return at == 0 or text[at - 1] in grammar.LAST_CHARACTERS


def _tried(text: str, start: int) -> Iterator[Mention]:
    """Yield the names at `start` by each way of introducing one."""
    role = grammar.role_before(text, start)
    ends = [
        None if role is None else _after_role(text, start, role),
        _after_verb(text, start),
        _as_subject(text, start),
        _after_hint(text, start),
        _before_mark(text, start),
    ]
    for end in dict.fromkeys(end for end in ends if end is not None):
        yield _mention(text, start, end, legal=role is not None and role.legal)


def _after_role(text: str, start: int, role: Role) -> int | None:
    """Return the end of a name after a role word."""
    end = name_at(text, start, firm=role.label or not role.loose)
    doubtful = end is not None and not role.label and is_doubtful(text, start, end)
    return None if doubtful and not _has_company(text, end) else end


def _has_company(text: str, end: int | None) -> bool:
    """Say whether the list of which a name is the first goes on with one that leaves no doubt.

    After a role, 姜示 of 姜示、岑辛 is a person where 姜示 alone might be ginger.
    """
    link = grammar.LINK.match(text, end) if end is not None else None
    following = name_at(text, link.end()) if link else None
    return bool(link and following and not is_doubtful(text, link.end(), following))


def _after_verb(text: str, start: int) -> int | None:
    """Return the end of a name that is the object of a verb: 从…处购进, 对…给予警告."""
    for follow in grammar.dealings_before(text, start):
        end = name_at(text, start, follow=follow)
        doubtful = end is not None and is_doubtful(text, start, end)
        if end is not None and (not doubtful or _has_company(text, end)):
            return end
    return None


def _as_subject(text: str, start: int) -> int | None:
    """Return the end of a name that begins a clause and does what only persons do: 张三证实."""
    if not grammar.CLAUSE_BEFORE.search(text, max(0, start - 5), start) and start:
        return None
    end = name_at(text, start, follow=grammar.DEEDS) or _transliterated(text, start)
    if end is None:
        end = name_at(text, start, follow=grammar.SUBJECT_SAYS)
        end = end if end is not None and end - start > SHORT else None
    return end if end is not None and is_sure(text[start:end]) else None


def _transliterated(text: str, start: int) -> int | None:
    """Return the end of a name with · that is no part of a shop's name."""
    end = transliterated_end(text, start)
    is_part = end is not None and grammar.PART_OF_ANOTHER_NAME.match(text, end)
    return None if is_part else end


def _after_hint(text: str, start: int) -> int | None:
    """Return the end of a likely name that little introduces, where no word reaches into it.

    Three characters may be followed by anything; two must do what only persons do.
    """
    for follow in grammar.hints_before(text, start):
        end = name_at(text, start, follow=follow)
        if end is None:
            end = name_at(text, start)
            end = end if end is not None and stands_alone(text[start:end]) else None
        if end is not None and "·" not in text[start:end] and is_sure(text[start:end]):
            return end
    return None


def _before_mark(text: str, start: int) -> int | None:
    """Return the end of a name right before 男/女, an identity number, a title, 的询问笔录."""
    if start and text[start - 1] not in grammar.LEFT:
        return None
    for length in _LENGTHS:
        end = start + length
        if grammar.MARK.match(text, end) and _is_whole(text, start, end):
            return end
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether `text[start:end]` is a name whose place alone makes no doubt."""
    return (
        is_name(text[start:end]) and not is_word(text, start) and not is_doubtful(text, start, end)
    )


def _recognised(text: str, found: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the names that a dictionary sees and nothing introduces, where no word speaks against."""
    taken = [(mention.start, mention.end) for mention in found]
    for start, tagged in recogniser.starts(text):
        end = name_at(text, start, firm=True)
        if end is None or overlaps(start, end, taken):
            continue
        if _is_plausible(text, start, end) and (tagged or not is_doubtful(text, start, end)):
            yield _mention(text, start, end)


def _is_plausible(text: str, start: int, end: int) -> bool:
    """Say whether the characters are a likely name, and no part of a place or a trade name."""
    before = start == 0 or text[start - 1] in grammar.LAST_CHARACTERS
    return (
        before
        and is_name(text[start:end])
        and is_likely(text[start:end])
        and not is_word(text, start)
        and text[end - 1] not in grammar.PLACES
        and not grammar.PART_OF_A_LONGER_NAME.match(text, end)
    )


def _latin(text: str) -> Iterator[Mention]:
    """Yield Latin names after a role word with a sign: 姓名：John Example."""
    for match in LATIN.finditer(text):
        role = grammar.role_before(text, match.start())
        if role is not None and role.label:
            yield _mention(text, *match.span(), legal=role.legal)


def _before_counts(text: str) -> Iterator[Mention]:
    """Yield the names of a list that ends with 等三人."""
    for count in grammar.COUNT.finditer(text):
        start = _name_before(text, count.start())
        if start is not None:
            last = _mention(text, start, count.start())
            yield from (last, *_led_by(text, last))


def _continued(text: str, first: Mention) -> Iterator[Mention]:
    """Yield the further names of the list that a name begins: 张三、李四和王五."""
    end = first.end
    while (link := grammar.LINK.match(text, end)) is not None:
        start = link.end()
        following = name_at(text, start)
        if following is None and not is_word(text, start):
            following = name_at(text, start, firm=True)
        if following is None:
            return
        yield _mention(text, start, following, legal=first.legal)
        end = following


def _led_by(text: str, last: Mention) -> Iterator[Mention]:
    """Yield the names before one in its list: 张三、李四 of 张三、李四和王五."""
    start: int | None = last.start
    while start and text[start - 1] in _LIST:
        end = start - 1
        start = _name_before(text, end)
        if start is not None:
            yield _mention(text, start, end)


def _name_before(text: str, end: int) -> int | None:
    """Return where the name of a list that ends at `end` begins."""
    for length in _LENGTHS:
        start = end - length
        bounded = start == 0 or text[start - 1 : start] in _LIST_LEFT
        if start >= 0 and bounded and _is_whole(text, start, end):
            return start
    return None


def _mention(text: str, start: int, end: int, *, legal: bool = False) -> Mention:
    return Mention(start, end, compact(text[start:end]), legal)
