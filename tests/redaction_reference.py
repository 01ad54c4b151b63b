"""The plain reference: every rule on every text with `re`, no gate, no columns, no memory.

Names are weighed at every place where one may stand, and known ones looked for in every text.

`gongshi.redaction.bulk` must give the same text; it is also the other side of the benchmark.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gongshi.redaction import RULES, Span, Subject, addresses, grammar, lattice, masking, names
from gongshi.redaction.folding import Folded, fold
from gongshi.redaction.forms import compact
from gongshi.redaction.name_signs import name_edges
from gongshi.redaction.spans import apply, merge, overlaps
from gongshi.redaction.vocabulary import NAME_WEIGHTS


def redact_record(texts: Sequence[str], subject: Subject) -> list[str]:
    """Return the texts of one record redacted by every rule, until nothing more is found."""
    before: list[str] = []
    after = list(texts)
    while before != after:
        before, after = after, redact_once(after, subject)
    return after


def redact_once(texts: Sequence[str], subject: Subject) -> list[str]:
    """Return the texts with every rule applied once."""
    folded = [fold(text) for text in texts]
    mentions = [mentioned(text, subject) for text in folded]
    known = known_names(folded, mentions, subject)
    return [redact(*parts, subject, known) for parts in zip(texts, folded, mentions, strict=True)]


def mentioned(text: Folded, subject: Subject) -> list[names.Mention]:
    """Return the names that a text introduces."""
    settled = [*subject.shown, *subject.masked, *subject.others]
    places = [(start, end) for start, end, _ in occurrences(text.text, settled)]
    return [
        mention
        for mention in introduced(text.text)
        if (mention.start, mention.end) in places
        or not overlaps(mention.start, mention.end, places)
    ]


def introduced(text: str) -> Iterator[names.Mention]:
    """Yield the names that folded `text` introduces."""
    for at, sentence in names.sentences(text):
        for start, end, legal in names.representatives(sentence, divided(sentence)):
            name = compact(sentence[start:end])
            yield names.Mention(at + start, at + end, name, legal)


def divided(sentence: str) -> list[tuple[int, int]]:
    """Return the names of the heaviest division, every candidate weighed."""
    edges = name_edges(sentence)
    found = lattice.best(sentence, edges, NAME_WEIGHTS)
    links = lattice.Links.of(sentence, found)
    linked = [links.signed(sentence, edge) for edge in edges]
    return lattice.best(sentence, linked, NAME_WEIGHTS) if found else []


def occurrences(text: str, known: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, name) wherever a known name stands, by one pattern of all."""
    by_spelling = {spelled(name): name for name in known}
    longest_first = sorted(by_spelling, key=len, reverse=True)
    pattern = "|".join(r"(?:\s{0,2}|·)".join(map(re.escape, name)) for name in longest_first)
    quoted = [match.span() for match in grammar.QUOTED.finditer(text)]
    for match in re.finditer(pattern, text, re.IGNORECASE) if by_spelling else ():
        name = by_spelling.get(spelled(match[0]))
        inside = any(start <= match.start() < end for start, end in quoted)
        if name and not inside and not grammar.PART_OF_ANOTHER_NAME.match(text, match.end()):
            yield *match.span(), name


def spelled(name: str) -> str:
    """Return a name as it is told from others."""
    return compact(name).replace("·", "").casefold()


def known_names(
    folded: Sequence[Folded], by_text: Sequence[Sequence[names.Mention]], subject: Subject
) -> dict[str, str]:
    """Return name → mask of every person who is not shown."""
    mentions = [mention for found in by_text for mention in found]
    shown = {compact(name) for name in subject.shown}
    if subject.keep_legal:
        shown |= {mention.name for mention in mentions if mention.legal}
    record = "\n".join(text.text for text in folded)
    settled = shown | {compact(name) for name in subject.masked}
    named = [*(m.name for m in mentions), *masking.present(record, subject.others)]
    others = [name for name in named if name not in settled]
    taken = [*subject.masked, *masking.present(record, sorted(shown))]
    return {
        **masking.masks_of_others(others, taken, "\n".join((record, *subject.masked.values()))),
        **subject.masked,
    }


def redact(
    original: str,
    folded: Folded,
    mentions: Sequence[names.Mention],
    subject: Subject,
    known: dict[str, str],
) -> str:
    """Return one text with every rule applied."""
    found = []
    for rule in RULES:
        spans = (
            addresses.homes(folded.text, personal=subject.personal)
            if rule.element == "home_address"
            else rule.find(folded.text)
        )
        found += [Span(a, b, rule.element, rule.mask(folded.text[a:b])) for a, b, _ in spans]
    found += [Span(a, b, "name", known[n]) for a, b, n in occurrences(folded.text, known)]
    found += [Span(m.start, m.end, "name", known[m.name]) for m in mentions if m.name in known]
    mapped = [Span(*folded.original(s.start, s.end), s.rule, s.mask) for s in merge(found)]
    return apply(original, mapped)
