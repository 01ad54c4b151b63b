"""An application for credit repair: who may apply when, and what must be handed in.

Two materials: proof that the duties were performed, and a credit commitment (信用承诺) of the kind
信用修复型, whose twenty items are the Table Schema `commitment`. The registry keeps of a file its
redacted name, its length and its SHA-256, and of the commitment what is no personal data.

Source: 信用修复管理办法 (国家发展改革委令第36号), from public commentary.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gongshi.errors import UsageError
from gongshi.models import ROW, SHEET, Category, RawTable, Severity, Source
from gongshi.redaction import label
from gongshi.site import Site
from gongshi.table_schema import TableSchema, load
from gongshi.validate import Context, authority_only

SCHEMA = "commitment"
OF_REPAIR = "信用修复型"
LARGEST_BYTES = 50_000_000
_KEPT = (
    "COMMITMENT_NO",
    "TYPE",
    "MADE_ON",
    "VALID_UNTIL",
    "FULFILLED",
    "ACCEPTED_BY",
    "PUBLICITY",
)
"""Items of a commitment that are kept: none of them is about a person."""


def require_eligible(record: Mapping[str, Any], on_day: date) -> None:
    """Refuse an application before the minimum term is over.

    Raises:
        UsageError: it comes too early, or the record is not published at all.
    """
    minimum = record["min_until"]
    if minimum is None:
        zh, en = "这条记录不予公示,无须修复。", "The record is not published; nothing is to repair."
    elif on_day.isoformat() < minimum:
        zh = f"最短公示期至 {minimum},届满前不受理信用修复申请。"
        en = f"The minimum term runs until {minimum}; no application before that day."
    else:
        return
    raise UsageError(zh, en, todo="期限的依据见 gongshi explain 编号。")


def materials(
    site: Site,
    record: Mapping[str, Any],
    *,
    proof: Sequence[Path],
    commitment: Path | None,
    on_day: date,
) -> dict[str, Any]:
    """Return what is kept of the materials of an application.

    Raises:
        UsageError: one is missing, empty or too large, or the commitment is not in order.
    """
    if not proof or commitment is None:
        raise UsageError(
            "申请信用修复须有履行证明和信用承诺书。",
            "An application needs proof of performance and a credit commitment.",
            todo="用法:gongshi repair 编号 --apply --proof 文件 --commitment 承诺.json …",
        )
    promise = _commitment(site, commitment, on_day)
    _require_fit(promise, record, on_day)
    return {
        "proof": [_kept(file) for file in proof],
        "commitment": _kept(commitment) | {name: promise[name] for name in _KEPT if promise[name]},
    }


def _kept(file: Path) -> dict[str, Any]:
    """Return what is kept of a file."""
    data = _read(file)
    digest = hashlib.sha256(data).hexdigest()
    return {"file": label(file.name), "bytes": len(data), "sha256": digest}


def _read(file: Path) -> bytes:
    """Return the bytes of a material."""
    try:
        size = file.stat().st_size
        data = file.read_bytes() if 0 < size <= LARGEST_BYTES else b""
    except OSError as exc:
        raise UsageError(f"不能读 {file}:{exc.strerror}。", f"Cannot read {file}.") from exc
    if not data:
        raise UsageError(
            f"{file} 是空文件,或者超过 {LARGEST_BYTES // 1_000_000} MB。",
            f"{file} is empty or too large.",
        )
    return data


def _commitment(site: Site, file: Path, on_day: date) -> dict[str, str]:
    """Return the items of a commitment by name, checked against the schema."""
    schema = load(site.schemas, SCHEMA)
    items = _items(file, schema)
    frame = pl.DataFrame(
        [{SHEET: "", ROW: 1} | items],
        schema={SHEET: pl.String, ROW: pl.UInt32} | dict.fromkeys(schema.names, pl.String),
    )
    source = Source(agency="", file=file.name, sha256="")
    raw = RawTable(source=source, schema=SCHEMA, frame=frame)
    checked = authority_only(raw, schema, Context(today=on_day))
    errors = [found for found in checked.findings if found.severity is Severity.ERROR]
    if errors:
        told = ";".join(f"{schema.titles.get(e.field, e.field)}:{e.message}" for e in errors)
        raise _not_in_order(file, told)
    return items


def _items(file: Path, schema: TableSchema) -> dict[str, str]:
    """Return the items of a JSON object whose names are codes or titles of the schema."""
    try:
        given = json.loads(_read(file).decode("utf-8-sig"))
    except ValueError as exc:
        raise _not_in_order(file, f"不是有效的 UTF-8 JSON({exc})") from exc
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise _not_in_order(file, "应为一个 JSON 对象,各项均为文字")
    names = {each.title: each.name for each in schema.fields}
    items = {str(names.get(name, name)): str(text).strip() for name, text in given.items()}
    if unknown := items.keys() - set(schema.names):
        raise _not_in_order(file, f"没有这些项目:{'、'.join(sorted(unknown))}")
    return dict.fromkeys(schema.names, "") | items


def _require_fit(promise: Mapping[str, str], record: Mapping[str, Any], on_day: date) -> None:
    """Refuse a commitment of another kind, by somebody else, or of a day to come."""
    organisation = record["party_category"] == Category.ORGANISATION
    if promise["TYPE"] != OF_REPAIR:
        reason = f"承诺类型应为“{OF_REPAIR}”"
    elif organisation and promise["PROMISOR_CODE"] != record["uscc"]:
        reason = "承诺人代码不是当事人的统一社会信用代码"
    elif promise["MADE_ON"] > on_day.isoformat():
        reason = "承诺作出日期晚于申请日期"
    elif promise["VALID_UNTIL"] and promise["VALID_UNTIL"] < on_day.isoformat():
        reason = "承诺已过有效期"
    else:
        return
    raise UsageError(
        f"信用承诺书不符合要求:{reason}。",
        "The credit commitment does not fit this application.",
        todo="项目见 docs/reference/dictionary.md(信用承诺)。",
    )


def _not_in_order(file: Path, why: str) -> UsageError:
    return UsageError(
        f"信用承诺书 {label(file.name)} 不符合要求:{why}",
        f"The credit commitment {label(file.name)} is not in order.",
        todo="项目见 docs/reference/dictionary.md(信用承诺)。",
    )
