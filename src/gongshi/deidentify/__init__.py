"""De-identification: checked rows in, rows that are safe to publish out.

Structured columns first: identity numbers are read for keys and end here; parties are named as
the policy says; sums become fen. Then the texts: each row is one record, so that a person has one
mask in all its columns. Then the last look: a row in which a detector still finds anything is
refused (V20). Nothing of what was masked goes further than this stage: findings and log carry
places, rules and keyed hashes, no values.

Only this stage makes a `PublicTable`. Findings and log are in the order of the file.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.deidentify import assurance, people, portions, structure
from gongshi.deidentify.doubts import Table, doubts
from gongshi.deidentify.layouts import LAYOUTS, Layout
from gongshi.deidentify.log import logged
from gongshi.deidentify.people import Cast
from gongshi.deidentify.taken import taken_away
from gongshi.deidentify.texts import redact_texts
from gongshi.findings import Findings, collected, joined
from gongshi.keys import Key
from gongshi.models import (
    ROW,
    SHEET,
    CheckedTable,
    Finding,
    Letters,
    Original,
    PublicTable,
    Severity,
    Withheld,
)
from gongshi.packed import joined as joined_lines
from gongshi.packed import packed
from gongshi.redaction import Span, Subject
from gongshi.redaction.bulk import Masked
from gongshi.redaction.rules import LABELS, NAME

__all__ = ["Deidentified", "deidentify"]

PORTION = 20_000
"""Lines at a time: what the rules hold of each is then small beside the table itself."""
RULE = "V20"
WITHHELD = "W01"
_LABELS = {
    **LABELS,
    NAME: "第三人姓名",
    assurance.OWN_NUMBER: "本行登记的证件号码",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentified:
    """The public rows, what was masked in them, and what did not become public.

    `log` has the columns of `log.SCHEMA`: spans of the original cell, one line each, with the mask
    and the keyed hash of that cell. `numbers` are the keyed values of the numbers that were taken
    away. Both are private. `refused` are source rows in which something was left (V20);
    `withheld` are source rows that the policy does not publish (W01), in no list at all.
    `originals` are the cells in which the table's doubts arose, by place: personal data in clear.
    """

    table: PublicTable
    findings: Sequence[Finding] = ()
    log: pl.DataFrame = field(repr=False)
    numbers: frozenset[str] = field(default=frozenset(), repr=False)
    refused: frozenset[tuple[str, int]] = frozenset()
    withheld: frozenset[tuple[str, int]] = frozenset()
    originals: Mapping[str, Original] = field(default_factory=dict, repr=False)


def deidentify(
    checked: CheckedTable, policy: RedactionPolicy, key: Key, *, portion: int = PORTION
) -> Deidentified:
    """Return the publishable form of `checked`, worked out about `portion` lines at a time.

    The result is the same for any `portion`: what is known of a person holds within the decision,
    and a decision is never divided.
    """
    layout = replace(LAYOUTS[checked.schema], lines=checked.lines)
    parts = [
        _portion(checked, frame, policy, key)
        for frame in portions.of(checked.packed, layout, portion)
    ]
    place = portions.places(checked.packed)
    lines = joined_lines(part.table.packed for part in parts)
    findings, told = joined(*(part.findings for part in parts)).parts
    return Deidentified(
        table=PublicTable(
            source=checked.source,
            schema=checked.schema,
            packed=portions.packed_in_file_order(lines, place),
            doubts=tuple(doubt for part in parts for doubt in part.table.doubts),
            withheld=tuple(each for part in parts for each in part.table.withheld),
        ),
        originals={place: cell for part in parts for place, cell in part.originals.items()},
        findings=Findings(portions.in_file_order(findings, place, on=("sheet", "row")), told),
        log=portions.in_file_order(pl.concat([part.log for part in parts]), place),
        numbers=frozenset[str]().union(*(part.numbers for part in parts)),
        refused=frozenset[tuple[str, int]]().union(*(part.refused for part in parts)),
        withheld=frozenset[tuple[str, int]]().union(*(part.withheld for part in parts)),
    )


def _portion(
    checked: CheckedTable, lines: pl.DataFrame, policy: RedactionPolicy, key: Key
) -> Deidentified:
    """Return the publishable form of some decisions, whose lines are `lines`."""
    layout = replace(LAYOUTS[checked.schema], lines=checked.lines)
    frame = people.with_category(structure.structured(lines, layout), layout)
    rows = people.rules_for(frame, policy, checked.source.agency)
    left_out = _leave_out(checked, frame, rows, key)
    cast = people.cast(left_out.frame, rows, key)
    masked = redact_texts(cast, layout)
    counted = _count(masked, cast)
    known = taken_away(cast.frame, masked)
    found = assurance.remains(counted, layout, _again(masked, cast), known)
    places = counted.select(SHEET, ROW).rows()
    refused = frozenset(places[index] for index, _, _ in found)
    keep = pl.Series([place not in refused for place in places], dtype=pl.Boolean)
    categories = counted[layout.category].to_list() if layout.category else [""] * len(places)
    where = _Places(checked.columns, layout, places, categories)
    portion = Table(checked.schema, layout, checked.columns, before=cast.frame, after=counted)
    doubted, originals = doubts(portion, masked, key, refused)
    return Deidentified(
        table=PublicTable(
            source=checked.source,
            schema=checked.schema,
            packed=packed(
                [counted.filter(keep).select(SHEET, ROW, *layout.columns, people.PARTY_KEY)]
            ),
            doubts=doubted,
            withheld=left_out.withheld,
        ),
        originals=originals,
        findings=collected((*left_out.findings, *_warnings(masked, where), *_errors(found, where))),
        log=logged(masked, cast, key, refused),
        numbers=known.keyed(key),
        refused=refused,
        withheld=frozenset((finding.sheet, finding.row) for finding in left_out.findings)
        - frozenset(places),
    )


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Rows without those that may not be published, a finding for each of these, and minors."""

    frame: pl.DataFrame = field(repr=False)
    findings: tuple[Finding, ...]
    withheld: tuple[Withheld, ...]


def _leave_out(checked: CheckedTable, frame: pl.DataFrame, rows: people.Rows, key: Key) -> _LeftOut:
    """Take out the rows that may not be published."""
    layout = replace(LAYOUTS[checked.schema], lines=checked.lines)
    by_number, by_text = people.of_minors(frame, layout)
    minor = by_number | by_text
    silent = people.unpublished(frame, rows) & ~minor
    reasons = (
        (
            minor,
            "当事人是未成年人(据证件号码或正文),其处罚不公示",
            "the party is a minor, by number or text: not published",
        ),
        (
            silent,
            "按脱敏规则,本地区不公示自然人的处罚",
            "about a natural person: not published in this area",
        ),
    )
    findings = tuple(
        Finding(sheet, row, "", "", WITHHELD, Severity.INFO, "", zh, en)
        for series, zh, en in reasons
        for sheet, row in frame.filter(series).select(SHEET, ROW).iter_rows()
    )
    withheld = tuple(
        Withheld(record, certain)
        for series, certain in ((by_number, True), (by_text & ~by_number, False))
        if series.any()
        for record in people.withheld(frame.filter(series), rows, key, checked.schema)
    )
    return _LeftOut(frame.filter(~(minor | silent)), findings, withheld)


def _again(masked: Masked, cast: Cast) -> list[tuple[int, Subject]]:
    """Return the rows whose texts changed, with their subjects, for a second look."""
    subject_of = cast.subjects()
    return [(index, subject_of(index)) for index in sorted({index for index, _, _ in masked.spans})]


def _count(masked: Masked, cast: Cast) -> pl.DataFrame:
    """Return the frame with the number of masked places per row."""
    counts = Counter(index for index, _, _ in masked.spans)
    counts.update({index: len(columns) for index, columns in cast.changed.items()})
    column = [counts[index] for index in range(masked.frame.height)]
    return masked.frame.with_columns(pl.Series("redactions", column, dtype=pl.Int64))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in the agency's file a public cell came from."""

    letters: Letters
    layout: Layout
    rows: Sequence[tuple[str, int]] = field(repr=False)
    categories: Sequence[str] = field(repr=False)

    def finding(self, index: int, column: str, severity: Severity, zh: str, en: str) -> Finding:
        """Return a V20 finding about one cell."""
        sheet, row = self.rows[index]
        source = self.layout.source.get(column, column)
        category = self.categories[index] if column == "party" else ""
        letters = self.letters.of(sheet, source, category)
        return Finding(sheet, row, letters, source, RULE, severity, "", zh, en)


def _warnings(masked: Masked, where: _Places) -> Iterator[Finding]:
    """Yield one finding for each cell in which something was masked."""
    cells: dict[tuple[int, str], list[Span]] = {}
    for index, column, span in masked.spans:
        cells.setdefault((index, column), []).append(span)
    for (index, column), spans in cells.items():
        counts = Counter(_LABELS[span.rule] for span in spans)
        what = "、".join(f"{label}{count}处" for label, count in counts.items())
        doubt = ",其中有存疑的,请复核" if any(span.doubtful for span in spans) else ""
        en = f"personal data masked in {len(spans)} place(s)"
        yield where.finding(index, column, Severity.WARNING, f"已遮盖{what}{doubt}", en)


def _errors(found: Sequence[assurance.Remains], where: _Places) -> Iterator[Finding]:
    """Yield one finding for each thing that redaction left."""
    for index, column, rule in found:
        zh = f"脱敏后仍检出{_LABELS[rule]},该行不予入库;请在来源数据中删去后重报"
        en = f"{rule} is left after redaction: the row is refused"
        yield where.finding(index, column, Severity.ERROR, zh, en)
