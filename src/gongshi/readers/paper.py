"""What a reader hands over of one decision document: its text, or why it cannot be used."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gongshi.errors import FileRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document that came in an archive beside a table. Holds personal data: never store it.

    `text` has a line for each paragraph. `left_out` says what was seen in the document and is no
    part of its text, in Chinese and English: comments, hidden words, pictures. Where it cannot be
    used `zh` and `en` say why, `todo` what to do; `text` is "" then.
    """

    name: str
    text: str = field(default="", repr=False)
    left_out: tuple[tuple[str, str], ...] = ()
    zh: str = ""
    en: str = ""
    todo: str = ""

    @property
    def about(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        return asdict(self)


def paper_of(about: Mapping[str, Any]) -> Paper:
    """Return the document that `Paper.about` describes."""
    left_out = tuple((str(zh), str(en)) for zh, en in about["left_out"])
    return Paper(**{**about, "left_out": left_out})


def unusable(name: str, refusal: FileRefusedError) -> Paper:
    """Return a document that its reader refused."""
    zh, en = (text.removeprefix(f"{refusal.file}: ") for text in (refusal.zh, refusal.en))
    return Paper(name=name, zh=zh.rstrip("。"), en=en.rstrip("."), todo=refusal.todo)
