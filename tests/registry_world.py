"""Invented rows for the tests of the registry: plainly fictional, with what the columns need."""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gongshi.calendar import Calendar, load_calendar
from gongshi.declarations.policy import Policies, load_policies
from gongshi.models import (
    ENTRY_COLUMNS,
    LICENSE_COLUMNS,
    PENALTY_COLUMNS,
    ROW,
    SHEET,
    TRANSFER_COLUMNS,
    PublicTable,
    Source,
)
from gongshi.packed import packed_whole
from gongshi.records import KINDS
from gongshi.registry import Batch, new_batch_id

ROOT = Path(__file__).parents[1]
POLICIES: Policies = load_policies(ROOT / "schemas")
CALENDAR: Calendar = load_calendar(ROOT / "schemas" / "calendar")
AUTHORITY = "11990100MB0000001A"


def penalty(number: int = 1, **given: object) -> dict[str, Any]:
    """Return one public penalty, in force for a year from its decision under the reference site."""
    row: dict[str, Any] = dict.fromkeys(PENALTY_COLUMNS)
    row |= {
        "doc_no": f"甲市监罚〔2026〕{number}号",
        "doc_no_key": f"甲市监罚〔2026〕{number}号",
        "authority": "甲市示例局",
        "authority_code": AUTHORITY,
        "party": f"甲市示例商贸{number}有限公司",
        "party_category": "法人及非法人组织",
        "uscc": f"91990100MA{number:08d}",
        "legal_rep": "张示例",
        "violation_type": "销售不合格产品",
        "facts": "当事人销售不合格产品。",
        "basis": "《中华人民共和国产品质量法》第四十九条",
        "kinds": "罚款;没收违法所得",
        "content": "罚款2万元,没收违法所得。",
        "fine_fen": 2_000_000,
        "confiscated_fen": 100_000,
        "decided_on": "2026-11-02",
        "valid_until": "2099-12-31",
        "redactions": 0,
        "party_key": f"uscc:91990100MA{number:08d}",
    }
    return row | given


def entry(number: int = 1, **given: object) -> dict[str, Any]:
    """Return one public list entry of the severe list."""
    row: dict[str, Any] = dict.fromkeys(ENTRY_COLUMNS)
    row |= {
        "list_code": "YZWF",
        "party": f"甲市示例商贸{number}有限公司",
        "party_category": "法人及非法人组织",
        "uscc": f"91990100MA{number:08d}",
        "listing_doc_no": f"甲市监列〔2026〕{number}号",
        "doc_no_key": f"甲市监列〔2026〕{number}号",
        "listed_on": "2026-11-05",
        "reason": "情节严重",
        "basis": "《市场监督管理严重违法失信名单管理办法》第五条",
        "authority": "甲市示例局",
        "authority_code": AUTHORITY,
        "redactions": 0,
        "party_key": f"uscc:91990100MA{number:08d}",
    }
    return row | given


def permit(number: int = 1, **given: object) -> dict[str, Any]:
    """Return one public licence, valid for a year from its decision."""
    row: dict[str, Any] = dict.fromkeys(LICENSE_COLUMNS)
    row |= {
        "doc_name": "准予行政许可决定书",
        "doc_no": f"甲市监许〔2026〕{number}号",
        "doc_no_key": f"甲市监许〔2026〕{number}号",
        "authority": "甲市示例局",
        "authority_code": AUTHORITY,
        "party": f"甲市示例商贸{number}有限公司",
        "party_category": "法人及非法人组织",
        "uscc": f"91990100MA{number:08d}",
        "legal_rep": "张示例",
        "license_kind": "普通",
        "certificate": "食品经营许可证",
        "certificate_no": f"JY1990100{number:07d}",
        "content": "预包装食品销售。",
        "decided_on": "2026-02-02",
        "valid_from": "2026-02-02",
        "valid_until": "2027-02-01",
        "status": "1",
        "redactions": 0,
        "party_key": f"uscc:91990100MA{number:08d}",
    }
    return row | given


def moved_case(number: int = 1, **given: object) -> dict[str, Any]:
    """Return one transferred case, as it leaves the redaction."""
    row: dict[str, Any] = dict.fromkeys(TRANSFER_COLUMNS)
    row |= {
        "doc_no": f"甲市监移〔2026〕{number}号",
        "doc_no_key": f"甲市监移〔2026〕{number}号",
        "authority": "甲市示例局",
        "authority_code": AUTHORITY,
        "party": f"甲市示例商贸{number}有限公司",
        "party_category": "法人及非法人组织",
        "uscc": f"91990100MA{number:08d}",
        "offence": "生产、销售伪劣产品罪",
        "facts": "当事人销售不合格产品。",
        "basis": "《行政执法机关移送涉嫌犯罪案件的规定》第三条",
        "decided_on": "2026-02-20",
        "receiver": "甲市公安局",
        "outcome": "已移送",
        "redactions": 0,
        "party_key": f"uscc:91990100MA{number:08d}",
    }
    return row | given


def table(rows: Iterable[Mapping[str, Any]], schema: str = "penalty") -> PublicTable:
    """Return rows as the public table that only `deidentify` makes outside of tests."""
    columns = KINDS[schema].columns
    types = {
        name: pl.Int64 if name.endswith("_fen") or name == "redactions" else pl.String
        for name in (*columns, "party_key")
    }
    frame = pl.DataFrame([dict(row) for row in rows], schema=types)
    frame = frame.select(
        pl.lit("").alias(SHEET),
        pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias(ROW),
        pl.all(),
    )
    digest = hashlib.sha256(frame.write_json().encode()).hexdigest()
    return PublicTable(
        source=Source(agency="standard", file="样例.csv", sha256=digest),
        schema=schema,
        packed=packed_whole(frame),
    )


def batch(
    conn: sqlite3.Connection, public: PublicTable, day: str = "2026-11-20", **given: object
) -> Batch:
    """Return the next batch for a table, approved unless told otherwise."""
    values: dict[str, Any] = {
        "batch": new_batch_id(conn, date.fromisoformat(day)),
        "agency": public.source.agency,
        "schema": public.schema,
        "file": public.source.file,
        "file_sha256": public.source.sha256,
        "received_at": f"{day}T01:00:00+00:00",
        "received_on": day,
        "rows": public.frame.height,
        "approved_by": "自动",
    }
    return Batch(**(values | given))
