"""Where text names natural persons: a surname table, a grammar, and evidence weighed together.

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
from dataclasses import dataclass, replace
from functools import lru_cache

from gongshi.redaction import evidence, grammar
from gongshi.redaction.forms import (
    DOTTED,
    LATIN,
    SHORT,
    compact,
    is_doubtful,
    is_name,
    is_sure,
    is_transliterated,
    is_word,
    name_at,
    stands_alone,
    transliterated_end,
)
from gongshi.redaction.grammar import Role
from gongshi.redaction.spans import overlaps
from gongshi.redaction.vocabulary import (
    BRANDS,
    COMPOUND,
    EVERYDAY_VERBS,
    NEVER_GIVEN,
    SINGLE,
)

_START = re.compile(f"[{''.join(sorted(SINGLE | {n[0] for n in COMPOUND}))}](?=\\s{{0,2}}[一-龥])")
_SENTENCE = re.compile(r"[^。\n]+[。\n]?|[。\n]")
_LIST_LEFT = grammar.LEFT | grammar.LIST
_LENGTHS = (4, 3, 2)


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
        replace(mention, start=mention.start + at, end=mention.end + at)
        for at, sentence in _sentences(text)
        for mention in in_sentence(sentence)
    )


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a text and where they start."""
    for match in _SENTENCE.finditer(text):
        yield match.start(), match[0]


@lru_cache(maxsize=1 << 14)
def in_sentence(text: str) -> tuple[Mention, ...]:
    """Return the names that one sentence introduces."""
    by_grammar = _by_grammar(text)
    legal = {mention.start for mention in by_grammar if mention.legal}
    found = {(m.start, m.end): m for m in by_grammar if not _is_han(m)}
    for start, end in sorted(_likely(text, by_grammar)):
        if overlaps(start, end, found):
            continue
        found[start, end] = _mention(text, start, end, legal=start in legal)
        link = grammar.LINK.match(text, end)
        if start in legal and link:
            legal.add(link.end())
    return tuple(found[span] for span in sorted(found))


def candidates(text: str) -> list[evidence.Candidate]:
    """Return what may be a name in folded `text`, with the evidence."""
    return evidence.candidates(text, {(m.start, m.end) for m in _by_grammar(text)})


def _likely(text: str, by_grammar: Iterable[Mention]) -> list[tuple[int, int]]:
    """Return where the Han names are: all evidence together decides on them and on their ends.

    Where it sees none, what the grammar introduces stands.
    """
    introduced = {(m.start, m.end) for m in by_grammar if _is_han(m) and _stands(text, m)}
    places = evidence.chosen(text, evidence.candidates(text, introduced))
    return [*places, *(span for span in sorted(introduced) if not overlaps(*span, places))]


def _stands(text: str, mention: Mention) -> bool:
    """Say whether a name is no brand and no word, and no mask of the source follows it."""
    masked = text[mention.end : mention.end + 1] == "某"
    return not masked and mention.name not in BRANDS and not evidence.is_term(mention.name)


def _is_han(mention: Mention) -> bool:
    """Say whether a name is neither dotted nor Latin."""
    return "·" not in mention.name and not mention.name.isascii()


def _by_grammar(text: str) -> tuple[Mention, ...]:
    """Return the names that roles, verbs and marks introduce, and those of their lists."""
    found = [m for start in _candidates(text) for m in _tried(text, start)]
    found += [*_dotted(text), *_latin(text), *_before_counts(text)]
    listed = [m for first in found for m in (*_continued(text, first), *_led_by(text, first))]
    unique = {(mention.start, mention.end): mention for mention in [*listed, *found]}
    return tuple(unique[span] for span in sorted(unique))


def _candidates(text: str) -> Iterator[int]:
    """Yield the places where a name may begin."""
    dotted = [match.span() for match in DOTTED.finditer(text)]
    for match in _START.finditer(text):
        at = match.start()
        if _may_begin(text, at) and not any(start <= at < end for start, end in dotted):
            yield at


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
    end = name_at(text, start, follow=grammar.DEEDS)
    if end is None:
        end = name_at(text, start, follow=grammar.SUBJECT_SAYS)
        end = end if end is not None and end - start > SHORT else None
    return end if end is not None and is_sure(text[start:end]) else None


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
    if start and text[start - 1] not in grammar.LEFT and not grammar.role_before(text, start):
        return None
    for length in _LENGTHS:
        end = start + length
        whole = _is_whole(text, start, end) or (length > SHORT and _is_form(text, start, end))
        if grammar.MARK.match(text, end) and whole:
            return end
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether `text[start:end]` is a name whose place alone makes no doubt."""
    return _is_form(text, start, end) and not is_doubtful(text, start, end)


def _is_form(text: str, start: int, end: int) -> bool:
    """Say whether `text[start:end]` has the form of a name and begins with no everyday word."""
    return is_name(text[start:end]) and not is_word(text, start)


def _dotted(text: str) -> Iterator[Mention]:
    """Yield names with ·: after a role, or written in characters of transliteration."""
    for match in DOTTED.finditer(text):
        starts = range(match.start(), text.index("·", match.start()))
        foreign = next((at for at in starts if is_transliterated(text[at : starts.stop])), None)
        with_role = [at for at in starts if grammar.role_before(text, at)]
        start = with_role[-1] if with_role else foreign
        if start is None:
            continue
        end = name_at(text, start) if with_role else transliterated_end(text, start)
        role = grammar.role_before(text, start)
        if end is not None and not grammar.PART_OF_ANOTHER_NAME.match(text, end):
            yield _mention(text, start, end, legal=role is not None and role.legal)


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
    while start and text[start - 1] in grammar.LIST:
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
