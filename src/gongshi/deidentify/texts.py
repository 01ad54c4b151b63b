"""The text columns of a cast: texts by all rules, names of units by the rules for numbers."""

from gongshi.deidentify.layouts import Layout
from gongshi.deidentify.people import Cast
from gongshi.redaction import Subject
from gongshi.redaction.bulk import Masked, redact_frame
from gongshi.redaction.rules import ELEMENTS, NAME

_IN_NAMES = Subject(hidden=frozenset(ELEMENTS) - {"plate", "health", NAME})
"""What the name of a unit may not hold; a person's name may be part of it."""


def redact_texts(cast: Cast, layout: Layout) -> Masked:
    """Return the frame with texts redacted, and columns for names of all but names."""
    names = [name for name in ("party", *layout.names) if name in cast.frame.columns]
    plain = redact_frame(cast.frame, names, lambda _: _IN_NAMES, names=False)
    texts = redact_frame(
        plain.frame, layout.texts, cast.subjects(), forced=cast.forced(layout.texts)
    )
    return Masked(texts.frame, (*texts.spans, *plain.spans))
