"""Charts as SVG text, drawn here: bars with a title, a summary and their values to read aloud.

Colours come from the style sheet by class, so that both colour schemes and print are served.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT = 480, 200
_LEFT, _TOP, _BOTTOM, _GAP = 44, 14, 26, 0.28
_TALL = HEIGHT - _TOP - _BOTTOM
_HEAD = (
    '<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
    'aria-labelledby="{name}-title {name}-desc">'
)
_STEPS = (2, 4, 6, 8, 10)


Bar = tuple[str, str, int]
"""Short label, spoken label, value."""


def bars(values: Sequence[Bar], *, title: str, summary: str, name: str) -> Markup:
    """Return a bar chart; `name` is unique on the page."""
    top = ceiling(max((value for *_, value in values), default=0))
    slot = (WIDTH - _LEFT) / max(len(values), 1)
    parts = [
        _HEAD.format(width=WIDTH, height=HEIGHT, name=name),
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-desc">{escape(summary)}</desc>',
        *(_line(share, top * share) for share in (0, 0.5, 1)),
        *(_bar(bar, _LEFT + slot * place, slot, top) for place, bar in enumerate(values)),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - every text in it is escaped above


def ceiling(value: int) -> int:
    """Return a round number that is not below `value`, and at least 2.

    >>> ceiling(0), ceiling(37), ceiling(1200)
    (2, 40, 2000)
    """
    scale = 1
    while max(value, 2) > _STEPS[-1] * scale:
        scale *= 10
    return next(step * scale for step in _STEPS if step * scale >= value)


def _line(share: float, value: float) -> str:
    """Return the line at a share of the height, with its value."""
    y = _TOP + _TALL * (1 - share)
    return (
        f'<line class="chart-line" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="chart-text" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
        f"{value:,.0f}</text>"
    )


def _bar(bar: Bar, x: float, slot: float, top: int) -> str:
    """Return one bar and its label below."""
    short, spoken, value = bar
    wide, tall = slot * (1 - _GAP), _TALL * value / top
    left = x + slot * _GAP / 2
    return (
        f'<rect class="chart-bar" x="{left:.1f}" y="{_TOP + _TALL - tall:.1f}" '
        f'width="{wide:.1f}" height="{tall:.1f}" rx="1.5"><title>{escape(spoken)}</title></rect>'
        f'<text class="chart-text" x="{left + wide / 2:.1f}" y="{HEIGHT - 8}" '
        f'text-anchor="middle">{escape(short)}</text>'
    )
