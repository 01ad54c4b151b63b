"""Corrections by an operator: other words or another day in place of what an agency wrote.

A correction is a ruling over the row in the ledger, like a decision of the review: it holds for
every later delivery of the same wrong text, and ends when the agency sends another. Amounts,
kinds, numbers, parties and authorities are not corrected here: they make the record what it is,
and come corrected from the agency.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from gongshi import events, records
from gongshi.deidentify.layouts import LAYOUTS
from gongshi.errors import FormatError, UsageError
from gongshi.formats import day
from gongshi.formats.text import fold
from gongshi.models import Category
from gongshi.records import Kind, Ruling
from gongshi.redaction import redact
from gongshi.site import Site
from gongshi.table_schema import Field, TableSchema, load

TEXTS = ("legal_rep", "violation_type", "facts", "basis", "content", "certificate")
DAYS = ("decided_on", "valid_from", "valid_until", "source_publish_until")
"""Columns that are corrected here, where the kind of record has them."""
_SUM = "请报送机构更正后重新报送。"


def columns(sets: Iterable[str]) -> list[str]:
    """Return the names of what is corrected, sorted, as they are kept."""
    return sorted(sets)


def fields(site: Site, record: str, sets: Mapping[str, str]) -> dict[str, str]:
    """Return corrections of a record by public column, each named by column, code or title.

    Raises:
        UsageError: there is no such field, it may not be corrected here, or it stands twice.
    """
    schema = load(site.schemas, events.subject_of(record).schema)
    source = LAYOUTS[schema.name].source
    own = {name: column for column, name in source.items()}
    found: dict[str, str] = {}
    for given, text in sets.items():
        name = given if given in source else own.get(schema.aliases.get(_header(given), ""))
        if name not in source or name not in (*TEXTS, *DAYS) or name in found:
            raise UsageError(
                f"不能在这里更正“{given}”。可以更正:{_choices(schema)}。",
                f"{given} is not corrected here.",
                todo=f"处罚种类、金额、文号、当事人和机关有误的,{_SUM}",
            )
        found[name] = text
    return found


def rulings(
    conn: sqlite3.Connection, site: Site, penalty_id: str, sets: Mapping[str, str], on_day: date
) -> tuple[Ruling, ...]:
    """Return what corrections mean for the text of a record; none for what stands already.

    `sets` is by public column, as `fields` gives it.

    Raises:
        UsageError: a text is too long, holds personal data, or is no day; the row was erased.
    """
    if not sets:
        return ()
    kind = events.subject_of(penalty_id)
    schema = load(site.schemas, kind.schema)
    source = LAYOUTS[kind.schema].source
    wanted = {
        name: _checked(schema.by_name[source[name]], name, text, on_day)
        for name, text in sets.items()
    }
    names = ", ".join((*kind.key, "batch", "party_category", *wanted))
    row = conn.execute(
        f"select {names} from {kind.stem}_records where id = ?",  # noqa: S608
        (penalty_id,),
    ).fetchone()
    *key, batch, category = row[: len(kind.key) + 2]
    if "legal_rep" in wanted and category != Category.ORGANISATION:
        raise UsageError(
            "只有法人及非法人组织公示法定代表人。", "Only organisations have one shown.", todo=_SUM
        )
    record = json.dumps(key, ensure_ascii=False)
    standing = dict(zip(wanted, row[len(kind.key) + 2 :], strict=True))
    written = _as_written(conn, kind, batch, record)
    return tuple(
        records.replacing(record, name, written[name] or "", text)
        for name, text in sorted(wanted.items())
        if standing[name] != text
    )


def _as_written(conn: sqlite3.Connection, kind: Kind, batch: str, record: str) -> Mapping[str, str]:
    """Return the row of a record as its batch brought it."""
    (n,) = conn.execute("select ledger_n from batches where batch = ?", (batch,)).fetchone()
    found = records.find(conn, n, kind, record)
    if found.is_empty():
        raise UsageError(
            "这条记录的报送内容已按保存期限删除,不能更正。",
            "The row of this record was erased when its term had run.",
        )
    return found.row(0, named=True)


def _checked(field: Field, name: str, text: str, on_day: date) -> str:
    """Return the corrected value as it is kept."""
    if name in DAYS:
        return _day(field, text, on_day if name == "decided_on" else date.max)
    clean = text.strip()
    longest = field.constraints.get("maxLength")
    if (
        not clean
        or (longest and len(clean) > longest)
        or any(ord(each) < ord(" ") for each in clean)
    ):
        raise UsageError(
            f"“{field.title}”须为 1 到 {longest} 个字,不含控制字符。",
            f"{field.title_en} is empty, too long, or holds control characters.",
        )
    if found := redact(clean).spans:
        shown = "、".join(clean[span.start : span.end] for span in found)
        raise UsageError(
            f"“{field.title}”中有应当遮盖的内容:{shown}。",
            f"{field.title_en} holds what must be masked.",
            todo="请按公示的样子写(例如 张某、〔手机号〕)。",
        )
    return clean


def _day(field: Field, text: str, latest: date) -> str:
    """Return a corrected day, ISO."""
    try:
        found = day.parse(text)
    except FormatError as exc:
        raise UsageError(
            f"“{field.title}”不是日期:{text}",
            f"{field.title_en} is not a date.",
            todo="例如 2026-03-05。",
        ) from exc
    if found > latest:
        raise UsageError(
            f"“{field.title}”{text} 晚于 {latest}。", f"{field.title_en} has not come yet."
        )
    return found.isoformat()


def _header(text: str) -> str:
    return fold(text).upper()


def _choices(schema: TableSchema) -> str:
    """Return the titles of what may be corrected."""
    source = LAYOUTS[schema.name].source
    return "、".join(
        schema.by_name[source[name]].title for name in (*TEXTS, *DAYS) if name in source
    )
