"""What is said of one record, for a person and for a program."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gongshi.clock.grounds import Ground, Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of one record; `computed` is what the rules give today."""

    id: str
    type: str
    state: str
    computed: Mapping[str, str | None]
    paragraphs: Sequence[Paragraph]

    @property
    def grounds(self) -> list[Ground]:
        """Every row of policy that it rests on, each once."""
        return list(dict.fromkeys(each for part in self.paragraphs for each in part.grounds))


def as_json(told: Told) -> dict[str, Any]:
    """Return the reasoning for a program: dates, paragraphs, rows with sources."""
    return {
        "id": told.id,
        "type": told.type,
        "state": told.state,
        **told.computed,
        "paragraphs": [
            {"title": each.title, "sentences": list(each.sentences)} for each in told.paragraphs
        ],
        "rows": [asdict(each) for each in told.grounds],
        "to_confirm": [each.row for each in told.grounds if each.doubt],
    }


def words(told: Told) -> str:
    """Return the reasoning as a person reads it."""
    numerals = "一二三四五六七八九十"
    lines = [
        f"{numerals[n]}、{part.title}\n" + "\n".join(f"    {each}" for each in part.sentences)
        for n, part in enumerate(told.paragraphs)
    ]
    sources = [
        f"    schemas/{each.file} {each.row}:{each.source}"
        + (f"〔{each.doubt}〕" if each.doubt else "")
        + (f" {each.note}" if each.note else "")
        for each in told.grounds
    ]
    if sources:
        lines.append(f"{numerals[len(lines)]}、所据规则的出处\n" + "\n".join(sources))
    doubtful = [each.row for each in told.grounds if each.doubt]
    if doubtful:
        lines.append(
            f"提示:{'、'.join(dict.fromkeys(doubtful))}凭记忆录入或者说法不一,"
            "据此得出的日期须经法制部门确认。"
        )
    lines.append(f"{told.id}: {told.state}. Rows marked 〔…〕 must be confirmed by counsel.")
    return "\n".join(lines)
