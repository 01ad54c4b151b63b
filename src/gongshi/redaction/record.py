"""Redaction of one record: all its texts together, because a name is known in the whole record."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from gongshi.redaction import addresses, masking, names
from gongshi.redaction.folding import Folded, fold
from gongshi.redaction.forms import compact
from gongshi.redaction.rules import NAME, RULES, Finder, Rule
from gongshi.redaction.spans import Span, apply, compose, merge, overlaps

_HOME = "home_address"
_MOST_PASSES = 5
Gated = tuple[Rule, Finder, re.Pattern[str]]
"""A rule, how it finds, its gate."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the structured columns and the policy say about the persons of a record.

    `masked`: name → mask, the parties whose names are known and hidden. `others`: further persons
    known by name, masked like third persons where they occur. `shown`: names that stay.
    `personal`: the party is a natural person, so that 住所 is a home. `keep_legal`: names that a
    text introduces as legal representative stay. `hidden`: elements that are masked.
    """

    masked: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()
    personal: bool = False
    keep_legal: bool = False
    hidden: frozenset[str] = frozenset((*(rule.element for rule in RULES), NAME))


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text as it may be published, and the spans of the original that were masked."""

    text: str
    spans: tuple[Span, ...]


def redact(text: str, subject: Subject | None = None) -> Redacted:
    """Return one text redacted by every rule.

    >>> redact("投诉人张三丰，电话13800138000，家住甲市乙区示例路1号").text
    '投诉人张某，电话〔手机号〕，家住甲市乙区某处'
    """
    return redact_record([text], subject or Subject())[0]


def label(name: str) -> str:
    """Return the name of a file or a sheet as it may be kept.

    >>> label("张三11010519491231002X.xlsx"), label("2026年3月处罚决定.csv")
    ('张某〔身份证号〕.xlsx', '2026年3月处罚决定.csv')
    """
    return redact(name).text


def redact_record(texts: Iterable[str], subject: Subject) -> list[Redacted]:
    """Return the texts of one record redacted, in their order.

    The same person has the same mask in all of them; redacting the answer changes nothing.
    """
    originals = list(texts)
    spans: list[tuple[Span, ...]] = [()] * len(originals)
    current = originals
    for _ in range(_MOST_PASSES):
        found = _pass(current, subject)
        if not any(found):
            break
        spans = [compose(*pair) for pair in zip(spans, found, strict=True)]
        current = [apply(*pair) for pair in zip(originals, spans, strict=True)]
    return [Redacted(*pair) for pair in zip(current, spans, strict=True)]


def _pass(texts: list[str], subject: Subject) -> list[tuple[Span, ...]]:
    """Return what the rules find in each text; what they mask may show more to the next pass."""
    folded = [fold(text) for text in texts]
    mentions: list[list[names.Mention]] = [[] for _ in folded]
    known: Mapping[str, str] = {}
    if NAME in subject.hidden:
        mentions, known = _known_names(folded, subject)
    return [_find(*pair, subject, known) for pair in zip(folded, mentions, strict=True)]


@lru_cache(maxsize=64)
def _rules(personal: bool, hidden: frozenset[str]) -> tuple[Gated, ...]:  # noqa: FBT001  a cached key
    """Return the rules in force. Each is asked by its own gate: one pattern of all is slower."""
    homes = partial(addresses.homes, personal=True)
    return tuple(
        (rule, homes if personal and rule.element == _HOME else rule.find, re.compile(rule.gate))
        for rule in RULES
        if rule.element in hidden
    )


@lru_cache(maxsize=1024)
def _by_rules(text: str, personal: bool, hidden: frozenset[str]) -> tuple[Span, ...]:  # noqa: FBT001  a cached key
    """Return what the rules find in folded text; one that many rows share is looked at once."""
    return tuple(
        Span(start, end, rule.element, rule.mask(text[start:end]), doubtful)
        for rule, find, gate in _rules(personal, hidden)
        if gate.search(text)
        for start, end, doubtful in find(text)
    )


def _known_names(
    folded: list[Folded], subject: Subject
) -> tuple[list[list[names.Mention]], Mapping[str, str]]:
    """Return the names that each text mentions; name → mask of every person who is not shown."""
    settled = (*subject.shown, *subject.masked, *subject.others)
    by_text = [_mentions(text.text, settled) for text in folded]
    mentions = [mention for found in by_text for mention in found]
    legal = {m.name for m in mentions if m.legal} if subject.keep_legal else set()
    shown = {compact(name) for name in subject.shown} | legal
    record = "\n".join(text.text for text in folded)
    named = [*(m.name for m in mentions), *masking.present(record, subject.others)]
    known = shown | {compact(name) for name in subject.masked}
    others = [name for name in named if name not in known]
    if not others:
        return by_text, subject.masked
    taken = (*subject.masked, *masking.present(record, sorted(shown)))
    masks = "\n".join((record, *subject.masked.values()))
    return by_text, {**masking.masks_of_others(others, taken, masks), **subject.masked}


def _mentions(text: str, settled: Iterable[str]) -> list[names.Mention]:
    """Return the names that a text introduces, other than part of one that is settled already."""
    places = [(start, end) for start, end, _ in masking.occurrences(text, settled)]
    found = names.introduced(text)
    return [m for m in found if (m.start, m.end) in places or not overlaps(m.start, m.end, places)]


def _find(
    folded: Folded, mentions: list[names.Mention], subject: Subject, known: Mapping[str, str]
) -> tuple[Span, ...]:
    """Return the spans of one text, in offsets of the original, ordered and separate."""
    found = list(_by_rules(folded.text, subject.personal, subject.hidden))
    places = masking.occurrences(folded.text, known)
    found += [Span(start, end, NAME, known[name]) for start, end, name in places]
    found += [Span(m.start, m.end, NAME, known[m.name]) for m in mentions if m.name in known]
    return tuple(_on_original(span, folded) for span in merge(found))


def _on_original(span: Span, folded: Folded) -> Span:
    """Return the span in offsets of the original text."""
    start, end = folded.original(span.start, span.end)
    return Span(start, end, span.rule, span.mask, span.doubtful)
