"""The plain reference: every rule on every text with `re`, no gate, no columns.

`gongshi.redaction.bulk` must give the same text; it is also the other side of the benchmark.
"""

from collections.abc import Sequence

from gongshi.redaction import RULES, Span, Subject, addresses, masking, names
from gongshi.redaction.folding import Folded, fold
from gongshi.redaction.spans import apply, merge, overlaps


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
    known = known_names(folded, subject)
    return [redact(*pair, subject, known) for pair in zip(texts, folded, strict=True)]


def known_names(folded: Sequence[Folded], subject: Subject) -> dict[str, str]:
    """Return name → mask of every person who is not shown; nothing is remembered between texts."""
    settled = [*subject.shown, *subject.masked, *subject.others]
    mentions = []
    for text in folded:
        places = [(start, end) for start, end, _ in masking.occurrences(text.text, settled)]
        for mention in names.introduced.__wrapped__(text.text):
            span = (mention.start, mention.end)
            if span in places or not overlaps(*span, places):
                mentions.append(mention)
    shown = set(subject.shown)
    if subject.keep_legal:
        shown |= {mention.name for mention in mentions if mention.legal}
    record = "\n".join(text.text for text in folded)
    named = [*(m.name for m in mentions), *masking.present(record, subject.others)]
    others = [name for name in named if name not in shown and name not in subject.masked]
    taken = [*subject.masked, *(name for name in shown if name in record)]
    return {**masking.masks_of_others(others, taken, record), **subject.masked}


def redact(original: str, folded: Folded, subject: Subject, known: dict[str, str]) -> str:
    """Return one text with every rule applied."""
    found = []
    for rule in RULES:
        spans = (
            addresses.homes(folded.text, personal=subject.personal)
            if rule.element == "home_address"
            else rule.find(folded.text)
        )
        found += [Span(a, b, rule.element, rule.mask(folded.text[a:b])) for a, b, _ in spans]
    found += [Span(a, b, "name", known[n]) for a, b, n in masking.occurrences(folded.text, known)]
    mapped = [Span(*folded.original(s.start, s.end), s.rule, s.mask) for s in merge(found)]
    return apply(original, mapped)
