"""The reference page of the law as data: every row that names a source, and how sure it is.

Reads the YAML as it stands under `schemas/policies/` and `schemas/lists/`, so that a row added
there is on the page, with its warning, without anybody remembering to put it there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from declared import table

SURE = "sourced"
_ABOUT = ("source", "confidence", "note")
_NAMES = ("code", "kind", "name", "what", "title", "reason", "element")
_MARKS = {SURE: "", "from-memory": "⚠ from-memory", "conflict": "⚠⚠ conflict"}

INTRODUCTION = """# 法律规则一览 / The law as data

Every row of `schemas/policies/` and `schemas/lists/` that applies a rule of law, with its source
and how sure it is: *sourced* (the text, or an authoritative reprint, was read), ⚠ *from-memory*
(entered without reading the text again), ⚠⚠ *conflict* (sources disagree). **Rows with a warning
must be confirmed by counsel before a site goes live.** 带 ⚠ 的行上线前须经法制部门确认。
"""


def page(schemas: Path) -> str:
    """Return the page: the rows to confirm first, then every row by file."""
    files = sorted([*schemas.glob("policies/*.yml"), *schemas.glob("lists/*.yml")])
    found = {file: list(_rows("", _read(file))) for file in files}
    doubtful = [
        (f"`{file.stem}`", *_cells(where, row))
        for file, rows in found.items()
        for where, row in rows
        if row["confidence"] != SURE
    ]
    text = INTRODUCTION + f"\n## 须确认 / To be confirmed ({len(doubtful)} rows)\n\n"
    text += table(("file", *_HEADER), doubtful)
    text += "\n## 名单 / Lists\n\n" + _lists(schemas)
    for file, rows in found.items():
        if rows:
            text += f"\n## {file.parent.name}/{file.name}\n\n"
            text += table(_HEADER, (_cells(where, row) for where, row in rows))
    return text


def _lists(schemas: Path) -> str:
    """Return the table of every list that the site declares."""
    specs = map(_read, sorted(schemas.glob("lists/*.yml")))
    rows = (
        (
            f"`{spec['code']}`",
            f"{spec['title']}<br>{spec['title_en']}",
            spec["colour"],
            "、".join(basis["title"] for basis in spec["legal_basis"]) or "none",
            "yes" if spec.get("enabled", True) else "no",
            str(spec.get("note", "")),
        )
        for spec in specs
    )
    return table(("code", "list", "colour", "basis", "enabled", "note"), rows)


_HEADER = ("row", "says", "source", "sure?", "note")


def _read(file: Path) -> Any:  # noqa: ANN401  whatever the file holds
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _rows(where: str, node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401
    """Yield every mapping that says how sure it is, with the keys that lead to it."""
    if isinstance(node, list):
        for item in node:
            yield from _rows(where, item)
    elif isinstance(node, dict):
        if "confidence" in node:
            yield where, node
        for key, value in node.items():
            yield from _rows(f"{where}.{key}".lstrip("."), value)


def _cells(where: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    name = next((str(row[key]) for key in _NAMES if key in row), "")
    says = "; ".join(
        f"{key}: {_plain(value)}"
        for key, value in row.items()
        if key not in _ABOUT and str(value) != name
    )
    place = f"{where} **{name}**" if name else where
    sure = _MARKS.get(row["confidence"], row["confidence"])
    return place, says, str(row["source"]), sure, str(row.get("note", ""))


def _plain(value: Any) -> str:  # noqa: ANN401
    """Return a value of a row as a person reads it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} ({_plain(item)})" for key, item in value.items())
    if isinstance(value, list):
        return "、".join(map(_plain, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
