"""Why a record stands as it does: reasoning over the rules, then what happened to it, then doubts.

The rules are applied anew, as of the day asked for; where the registry still says something else,
because `publish` has not run since, that is said too.
"""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gongshi import records, registry
from gongshi.calendar import load_calendar
from gongshi.clock import Clock, EntryFacts, Facts
from gongshi.clock.grounds import Paragraph, chinese, of_entry, of_penalty
from gongshi.declarations.policy import Policies, load_policies
from gongshi.errors import UsageError
from gongshi.explaining.licenses import of_license_row, of_transfer_row
from gongshi.explaining.standing import day_of, iso, moved, pending, row_of, standing
from gongshi.explaining.told import Told, as_json, words
from gongshi.site import Site

_FEN = 100


def of(site: Site, record: str, *, today: date) -> Told:
    """Return the reasoning for a record of any kind.

    Raises:
        UsageError: there is no such record.
    """
    policies = load_policies(site.schemas)
    law = Clock(policies.publication, load_calendar(site.schemas / "calendar"), today)
    kind = records.kind_of(record)
    with registry.reading(site.registry) as conn:
        if conn and kind:
            row = row_of(conn, f"select * from {kind.view} where {kind.id} = ?", record)  # noqa: S608
            if row:
                return _TELL[kind.schema](conn, law, policies, row)
    raise UsageError(
        f"登记库中没有记录 {record}。",
        f"There is no record {record} in the registry.",
        todo="编号见网页地址 /penalty/编号、/license/编号 和名单页;"
        "批次尚未批准的,其记录还不在登记库中。",
    )


def _penalty(conn: sqlite3.Connection, law: Clock, _: Policies, row: Mapping[str, Any]) -> Told:
    """Return what is said of a penalty."""
    facts = Facts(
        agency=row["agency"],
        party_category=row["party_category"] or "",
        kinds=row["kinds"] or "",
        fine_fen=row["fine_fen"],
        decided_on=date.fromisoformat(row["decided_on"]),
        published_on=day_of(row["published_on"]),
        valid_until=day_of(row["valid_until"]),
        source_publish_until=day_of(row["source_publish_until"]),
        basis=row["basis"] or "",
    )
    decision, reasoned = of_penalty(law, facts)
    computed = {
        "severity": str(decision.severity),
        "publish_until": iso(decision.publish_until),
        "min_until": iso(decision.min_until),
        "policy_row": decision.policy_row,
    }
    stands = [*standing(conn, row, row["penalty_id"]), *moved(row, computed)]
    parts = [
        Paragraph("记录", (_of_decision(row),)),
        *reasoned,
        Paragraph("现状", tuple(stands)),
    ]
    if waiting := list(pending(conn, law, row)):
        parts.append(Paragraph("未办结的事项", tuple(waiting)))
    return Told(
        id=row["penalty_id"],
        type="penalty",
        state=row["state"],
        computed=computed,
        paragraphs=parts,
    )


def _entry(
    conn: sqlite3.Connection, law: Clock, policies: Policies, row: Mapping[str, Any]
) -> Told:
    """Return what is said of a list entry."""
    facts = EntryFacts(
        list_code=row["list_code"],
        party_category=row["party_category"] or "",
        listed_on=date.fromisoformat(row["listed_on"]),
        source_until=day_of(row["source_until"]),
    )
    decision, reasoned = of_entry(law, facts, policies.lists.get(row["list_code"]))
    listed = (
        f"{row['authority']}于{chinese(row['listed_on'])}以{row['listing_doc_no']}号文书将"
        f"{row['party']}列入。列入依据:{row['basis']}"
    )
    stands = list(standing(conn, row, row["entry_id"]))
    if row["penalty_id"]:
        stands.insert(0, f"列入所依据的行政处罚:{row['penalty_id']};该决定撤回的,列入随之撤销。")
    return Told(
        id=row["entry_id"],
        type="list_entry",
        state=row["state"],
        computed={"until": iso(decision.until), "colour": decision.colour},
        paragraphs=[Paragraph("记录", (listed,)), *reasoned, Paragraph("现状", tuple(stands))],
    )


def _of_decision(row: Mapping[str, Any]) -> str:
    """Return who decided what about whom, and how it came here."""
    yuan = Decimal(row["fine_fen"] or 0) / _FEN
    fine = f",罚款{yuan.normalize():,f}元" if yuan else ""
    return (
        f"{row['authority']}于{chinese(row['decided_on'])}作出{row['doc_no']}行政处罚决定,"
        f"当事人{row['party']}({row['party_category'] or '类别不明'}),"
        f"处罚种类:{(row['kinds'] or '未写明').replace(';', '、')}{fine}。"
        f"由{row['agency']}报送,批次{row['first_batch']}收录,现为第{row['version']}版。"
    )


_TELL: Mapping[str, Callable[[sqlite3.Connection, Clock, Policies, Mapping[str, Any]], Told]] = {
    "penalty": _penalty,
    "list-entry": _entry,
    "license": of_license_row,
    "case-transfer": of_transfer_row,
}

__all__ = ["Told", "as_json", "of", "words"]
