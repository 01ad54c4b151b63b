"""What a finder reports: a span of text, the rule that found it, and what to put there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is personal data of one element; `mask` stands there when published.

    `rule` is the element's identifier. A doubtful span is masked all the same and listed for a
    person to look at.
    """

    start: int
    end: int
    rule: str
    mask: str
    doubtful: bool = False


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order without overlaps, those that touch the same text united.

    Of two that overlap, the one listed first gives rule and mask; the other only widens it.

    >>> [(s.start, s.end, s.rule) for s in merge([Span(4, 9, "a", "x"), Span(2, 6, "b", "y")])]
    [(2, 9, 'a')]
    """
    ranked = sorted(enumerate(spans), key=lambda item: (item[1].start, item[1].end))
    united: list[tuple[int, Span]] = []
    for rank, span in ranked:
        if united and span.start < united[-1][1].end:
            united[-1] = _unite(united[-1], (rank, span))
        else:
            united.append((rank, span))
    return tuple(span for _, span in united)


def _unite(one: tuple[int, Span], other: tuple[int, Span]) -> tuple[int, Span]:
    """Return one ranked span over both, in the name of the better rank."""
    rank, best = min(one, other, key=lambda item: item[0])
    start, end = min(one[1].start, other[1].start), max(one[1].end, other[1].end)
    return rank, Span(start, end, best.rule, best.mask, one[1].doubtful and other[1].doubtful)


def apply(text: str, spans: Sequence[Span]) -> str:
    """Return `text` with each of the ordered, separate `spans` replaced by its mask.

    >>> apply("电话13800138000。", [Span(2, 13, "mobile", "〔电话〕")])
    '电话〔电话〕。'
    """
    pieces, last = [], 0
    for span in spans:
        pieces += [text[last : span.start], span.mask]
        last = span.end
    return "".join([*pieces, text[last:]])


def compose(first: Sequence[Span], second: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans of the original text that do what `first` and then `second` do.

    `second` are spans of the text that `first` made; one that touches a mask takes it in whole.

    >>> once = [Span(2, 13, "mobile", "〔手机号〕")]
    >>> [(s.start, s.end) for s in compose(once, [Span(9, 11, "name", "张某")])]
    [(2, 13), (15, 17)]
    """
    moved = [
        Span(
            _origin(span.start, first, at_end=False),
            _origin(span.end, first, at_end=True),
            span.rule,
            span.mask,
            span.doubtful,
        )
        for span in second
    ]
    return merge([*moved, *first])


def origin(place: tuple[int, int], spans: Sequence[Span]) -> tuple[int, int]:
    """Return where a place of the text that `spans` made lies in the original."""
    start, end = place
    return _origin(start, spans, at_end=False), _origin(end, spans, at_end=True)


def _origin(place: int, spans: Sequence[Span], *, at_end: bool) -> int:
    """Return where a place of the masked text lies in the original: at a mask's edge inside it."""
    shift = 0
    for span in spans:
        start = span.start + shift
        end = start + len(span.mask)
        if place < start or (at_end and place == start):
            break
        if place < end or (at_end and place == end):
            return span.end if at_end else span.start
        shift += len(span.mask) - (span.end - span.start)
    return place - shift


def overlaps(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Say whether `start`..`end` shares a character with any of the half-open spans."""
    return any(start < other_end and other_start < end for other_start, other_end in spans)
