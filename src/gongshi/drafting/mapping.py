"""Which column means which field: titles propose, content confirms or contradicts, each field once.

A confidence of `SURE` and more is only given where a title speaks and content does not object.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gongshi.content import EXPECTED, FEWEST, Look, Profile, is_nothing
from gongshi.declarations.agency import ORGANISATION, PARTY_COLUMNS, PERSON
from gongshi.drafting.tables import Table
from gongshi.drafting.vocabulary import EXACT, Meaning, Vocabulary
from gongshi.readers.header import normal
from gongshi.table_schema import TableSchema

SURE = 0.8
"""From here on a proposal stands in the draft as it is; below, as a comment."""
WORTH_SAYING = 0.3
"""Below this a column is left open."""
_MOST = 0.98
_ALL_BUT, _SOME = 0.8, 0.3
"""Shares of suiting cells from which content confirms, and below which it contradicts."""
_DOUBTFUL = 0.7
"""What is left of a confidence when another proposal is as good."""
_CLOSE = 0.08
_UNCONFIRMED = 0.9
"""What a title is worth about whose content nothing can be said."""
_REQUIREMENTS = {"R": 1.0, "C": 0.7, "O": 0.5}

_TELLING: Mapping[str, float] = {
    **dict.fromkeys(("uscc", "doc_no", "category", "event"), 0.9),
    **dict.fromkeys(("id_no", "kinds", "basis", "authority", "id_type", "content"), 0.7),
    **dict.fromkeys(("decided_on", "party", ORGANISATION, PERSON), 0.6),
    **dict.fromkeys(("fine_wan", "legal_rep"), 0.4),
}
"""Role → how much its content alone tells; others tell little."""
_LITTLE = 0.25
_CONTENT_ALONE = 0.7
_FILLED = 0.2
"""Share of filled cells from which content alone is a reason."""
_CLEAR = 0.7
_UNSURE = 0.79
"""A title below `_CLEAR`, a telling word or a faint likeness, never makes a proposal sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one column may mean: a field, "" where nothing is proposed, and why, in Chinese."""

    index: int
    title: str
    profile: Profile
    field: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()

    @property
    def is_titled(self) -> bool:
        """Whether the title speaks for the field, not content alone."""
        return any(why.startswith("列名") for why in self.evidence[:1])

    @property
    def is_sure(self) -> bool:
        """Whether the draft may state it."""
        return bool(self.field) and self.confidence >= SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Every column of a table with its proposal, under one schema."""

    schema: TableSchema
    columns: tuple[Proposal, ...]
    score: float

    @property
    def fields(self) -> dict[str, Proposal]:
        """Field → the column proposed for it."""
        return {each.field: each for each in self.columns if each.field}

    @property
    def stated(self) -> dict[str, Proposal]:
        """Field → column, of those that the draft states."""
        return {field: each for field, each in self.fields.items() if each.is_sure}


def mapped(table: Table, vocabulary: Vocabulary) -> Mapped:
    """Return the best reading of a table under one schema.

    Organisations and persons may stand in columns of their own: that reading is taken where both
    columns are found, by their titles or because each row fills one of them.
    """
    party = vocabulary.schema.by_role["party"].name
    proposals = list(_candidates(table, vocabulary))
    one = [each for each in proposals if each.field not in PARTY_COLUMNS]
    two = [each for each in proposals if each.field != party]
    pair = _assigned(table, two)
    if vocabulary.schema.name != "penalty" or not _are_a_pair(table, pair):
        pair = _assigned(table, one)
    return Mapped(
        schema=vocabulary.schema,
        columns=tuple(pair[n] for n in sorted(pair)),
        score=_score(pair.values(), vocabulary.schema),
    )


def _candidates(table: Table, vocabulary: Vocabulary) -> Iterator[Proposal]:
    """Yield every field that each column may mean."""
    schema = vocabulary.schema
    roles = {each.name: role for role, each in schema.by_role.items()}
    roles |= {name: name for name in PARTY_COLUMNS}
    for index, found in table.columns.items():
        title = table.titles[index]
        meanings = vocabulary.meanings(normal(title))
        for field, role in roles.items():
            confidence, evidence = _judged(meanings.get(field), found, role)
            if confidence >= WORTH_SAYING:
                yield Proposal(
                    index=index,
                    title=title,
                    profile=found,
                    field=field,
                    confidence=round(confidence, 2),
                    evidence=evidence,
                )


def _judged(meaning: Meaning | None, found: Profile, role: str) -> tuple[float, tuple[str, ...]]:
    """Return how sure it is that a column is of a role, and why."""
    title, words = (meaning.score, [meaning.why]) if meaning else (0.0, [])
    fit = found.fit(role)
    if fit is None:
        words += [] if found.filled else ["全列没有内容"]
        return title * _UNCONFIRMED, tuple(words)
    words.append(_told(found, role))
    if not title:
        return _by_content(found, role), tuple(words)
    if fit >= _ALL_BUT:
        sure = title + (1 - title) * _TELLING.get(role, _LITTLE) * fit
        return min(_MOST if title >= _CLEAR else _UNSURE, sure), tuple(words)
    if role in _LOOSE:
        return title * _UNCONFIRMED, tuple(words)
    if fit < _SOME and found.filled >= FEWEST:
        return title * 0.5, (*words, "与列名不符")
    return title * (0.7 + 0.3 * fit), tuple(words)


def _by_content(found: Profile, role: str) -> float:
    """Return how sure a column is by what it holds alone: never very, and never from few cells."""
    fit = found.fit(role, telling=True) or 0.0
    if fit < _ALL_BUT or found.filled < max(FEWEST, found.cells * _FILLED):
        return 0.0
    return _CONTENT_ALONE * _TELLING.get(role, _LITTLE) * fit


_LOOSE = frozenset(("facts", "violation_type", "measures_note", "removal_conditions", "content"))
"""Roles whose content may be nearly anything: it can confirm a title and not contradict it."""


def _told(found: Profile, role: str) -> str:
    """Return in words what share of a column looks as its role asks."""
    among = [look for look in Look if look in EXPECTED[role]]
    half = (look for look in among if found.shares.get(look, 0.0) >= _HALF)
    look = next(half, None) or (found.main(among) or (among[0], 0.0))[0]
    return f"内容中 {found.shares.get(look, 0.0):.0%} 是{look.value}"


_HALF = 0.5


def _assigned(table: Table, proposals: Iterable[Proposal]) -> dict[int, Proposal]:
    """Return one proposal for each column, each field at most once, the surest first."""
    ranked = sorted(proposals, key=lambda each: (-each.confidence, each.index, each.field))
    taken: dict[int, Proposal] = {}
    fields: dict[str, Proposal] = {}
    for each in ranked:
        if each.index not in taken and each.field not in fields:
            taken[each.index] = fields[each.field] = each
    doubted = {n: _doubted(each, ranked, taken) for n, each in taken.items()}
    return {
        index: doubted.get(index)
        or Proposal(
            index=index, title=table.titles[index], profile=found, evidence=_only_content(found)
        )
        for index, found in table.columns.items()
    }


def _doubted(each: Proposal, ranked: Iterable[Proposal], taken: Mapping[int, Proposal]) -> Proposal:
    """Return a proposal, less sure where another column or field would do as well."""
    for other in ranked:
        same_field = other.field == each.field and other.index != each.index
        same_column = other.index == each.index and other.field != each.field
        if same_field:
            is_free = other.index not in taken or not taken[other.index].is_sure
        else:
            holder = next((one for one in taken.values() if one.field == other.field), None)
            is_free = holder is None or not holder.is_sure
        if (same_field or same_column) and is_free and each.confidence - other.confidence < _CLOSE:
            why = "另一列同样可能" if same_field else f"也可能是 {other.field}"
            confidence = min(each.confidence, _DOUBTFUL)
            return replace(each, confidence=confidence, evidence=(*each.evidence, why))
    return each


def _only_content(found: Profile) -> tuple[str, ...]:
    """Return what can be said of a column that means nothing to us."""
    if not found.filled:
        return ("全列没有内容",)
    look = found.main()
    return (f"内容中 {look[1]:.0%} 是{look[0].value}",) if look else ("内容看不出是什么",)


def _are_a_pair(table: Table, columns: Mapping[int, Proposal]) -> bool:
    """Say whether two columns share the parties: by their titles, or most rows fill just one."""
    found = {each.field: each for each in columns.values()}
    if not set(PARTY_COLUMNS) <= found.keys():
        return False
    both = [found[name] for name in PARTY_COLUMNS]
    if all(each.is_titled for each in both):
        return True
    cells = zip(*(table.cells(each.index) for each in both), strict=True)
    one = sum(is_nothing(left) != is_nothing(right) for left, right in cells)
    return one * 2 >= table.frame.height


def _score(columns: Iterable[Proposal], schema: TableSchema) -> float:
    """Return how well a schema fits: what is found, and how much of what it requires."""
    party = schema.by_role["party"].name
    found = {party if each.field in PARTY_COLUMNS else each.field: each for each in columns}
    required = [each.name for each in schema.fields if each.is_required]
    weights = {each.name: _REQUIREMENTS.get(each.requirement, 0.5) for each in schema.fields}
    total = sum(each.confidence * weights[name] for name, each in found.items() if name)
    covered = sum(found[name].confidence for name in required if name in found)
    if "event" in schema.by_role and schema.by_role["event"].name not in found:
        return 0.0
    return total + EXACT * 2 * covered / max(len(required), 1)
