"""The downloads of a release: whole tables as CSV and JSON, and a Data Package that describes them.

The CSV opens as it is in a Chinese spreadsheet: UTF-8 with a byte order mark, CRLF. A spreadsheet
would turn a code of digits alone into a rounded number and `1-2` into a day; such a cell begins
with a TAB, which makes it text. A cell that would be taken for a formula begins with `'`.
The JSON has every value untouched, one record a line.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongshi.publish.columns import FULL_TEXTS, LICENSES, LIST_ENTRIES, PENALTIES, Column

TEXT_GUARD = "\t"
FORMULA_GUARD = "'"

_FORMULA = "[-=+@＝＋－＠" + "\t\r]*"  # noqa: RUF001  full-width signs start a formula as well
_NUMBER_LIKE = "[0-9]*"
_NOT_NUMBER_LIKE = "*[^-0-9/.:eE, ]*"
_BATCH = 5000
_LONGEST_EXACT_NUMBER = 11
"""More digits than this a spreadsheet shows as 1.2E+11."""

_DAYS = frozenset(
    {"decided_on", "valid_until", "received_on", "published_on", "publish_until", "min_until"}
    | {"listed_on", "until", "valid_from"}
)
_OWN = frozenset(
    {"penalty_id", "license_id", "entry_id", "seq", "colour", "severity", "amount_band"}
)
"""Columns whose text this program makes: they need no guard."""


@dataclass(frozen=True, slots=True)
class Export:
    """One table to write: the name of its files, title, columns, and which rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    source: str
    values: tuple[str, ...] = ()


def write(public: sqlite3.Connection, folder: Path, *, release: int, day: str) -> dict[str, int]:
    """Write every download into `folder`; return the number of rows by file name."""
    rows: dict[str, int] = {}
    done: list[Export] = []
    for export in _exports(public):
        number = _write_csv(public, folder / f"{export.name}.csv", export)
        rows[f"{export.name}.csv"] = rows[f"{export.name}.json"] = number
        _write_json(public, folder / f"{export.name}.json", export)
        done.append(export)
    package = json.dumps(
        _package(done, release=release, day=day), ensure_ascii=False, indent=2, sort_keys=False
    )
    (folder / "datapackage.json").write_text(package + "\n", encoding="utf-8")
    return rows


def _exports(public: sqlite3.Connection) -> Iterator[Export]:
    """Yield the penalties, full texts where there are any, the licences, then each list."""
    columns = tuple(each for each in PENALTIES if each.name != "kinds_json")
    yield Export("penalties", "行政处罚", columns, "penalties")
    if public.execute("select exists (select 1 from full_texts)").fetchone()[0]:
        yield Export("full_texts", "行政处罚决定书全文", FULL_TEXTS, "full_texts")
    yield Export("licenses", "行政许可", LICENSES, "licenses")
    lists = public.execute("select list_code, title from lists order by list_code").fetchall()
    for code, title in lists:
        yield Export(
            f"list-{code}", title, LIST_ENTRIES, "list_entries where list_code = ?", (code,)
        )


def _write_csv(public: sqlite3.Connection, file: Path, export: Export) -> int:
    """Write one table as CSV; return the number of rows.

    SQLite makes the lines: `%w` doubles quotation marks, and every text is quoted.
    """
    form = ",".join("%s" if _is_plain(each) else '"%w"' for each in export.columns)
    cells = ", ".join(f"coalesce({_guarded(each)}, '')" for each in export.columns)
    rows = public.execute(
        f"select printf('{form}', {cells}) from {export.source} order by rowid",  # noqa: S608
        export.values,
    )
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(",".join(each.name for each in export.columns) + "\r\n")
        while batch := rows.fetchmany(_BATCH):
            out.writelines(f"{line}\r\n" for (line,) in batch)
            count += len(batch)
    return count


def _is_plain(column: Column) -> bool:
    """Return whether a column's text needs neither quotation marks nor a guard."""
    return column.type is int or column.name in _DAYS or column.name in _OWN


def _guarded(column: Column) -> str:
    """Return the SQL expression for a cell that a spreadsheet shows as it is."""
    name = column.name
    if _is_plain(column):
        return name
    return (
        f"case when {name} glob '{_FORMULA}' then '{FORMULA_GUARD * 2}' || {name} "
        f"when {name} glob '{_NUMBER_LIKE}' and {name} not glob '{_NOT_NUMBER_LIKE}' and "
        f"(length({name}) > {_LONGEST_EXACT_NUMBER} or {name} glob '0[0-9]*' "
        f"or {name} glob '*[^0-9]*') then '{TEXT_GUARD}' || {name} else {name} end"
    )


def _write_json(public: sqlite3.Connection, file: Path, export: Export) -> None:
    """Write one table as a JSON array, one record a line."""
    pairs = ", ".join(f"'{each.name}', {each.name}" for each in export.columns)
    rows = public.execute(
        f"select json_object({pairs}) from {export.source} order by rowid",  # noqa: S608
        export.values,
    )
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.write("[")
        separator = "\n"
        while batch := rows.fetchmany(_BATCH):
            out.write(separator + ",\n".join(text for (text,) in batch))
            separator = ",\n"
        out.write("\n]\n")


def _package(exports: Sequence[Export], *, release: int, day: str) -> dict[str, Any]:
    """Return the Data Package descriptor of the downloads."""
    return {
        "profile": "data-package",
        "name": "gongshi",
        "title": "行政处罚、行政许可公示与信用名单",
        "version": str(release),
        "created": f"{day}T00:00:00+08:00",
        "resources": [resource for export in exports for resource in _resources(export)],
    }


def _resources(export: Export) -> Iterator[dict[str, Any]]:
    """Yield the CSV and the JSON file of one table."""
    fields = [_field(each) for each in export.columns]
    schema = {"fields": fields, "primaryKey": export.columns[0].name, "missingValues": [""]}
    yield {
        "profile": "tabular-data-resource",
        "name": export.name.lower(),
        "title": export.title,
        "path": f"{export.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": "为防电子表格改写:纯数字编码前有一个制表符,形似公式的单元格前有一个单引号。",
        "schema": schema,
    }
    yield {
        "profile": "data-resource",
        "name": f"{export.name.lower()}-json",
        "title": export.title,
        "path": f"{export.name}.json",
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
    }


def _field(column: Column) -> dict[str, str]:
    """Return the Table Schema field of one column."""
    kind = "integer" if column.type is int else "date" if column.name in _DAYS else "string"
    return {"name": column.name, "title": column.title, "type": kind}
