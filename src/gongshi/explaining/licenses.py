"""What is said of a licence, and of a transferred case, of which nothing is ever published."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from gongshi.clock import Clock, LicenseFacts
from gongshi.clock.grounds import Paragraph, chinese, of_license
from gongshi.declarations.policy import Policies
from gongshi.explaining.standing import day_of, iso, moved, pending, standing
from gongshi.explaining.told import Told


def of_license_row(
    conn: sqlite3.Connection, law: Clock, _: Policies, row: Mapping[str, Any]
) -> Told:
    """Return what is said of a licence."""
    facts = LicenseFacts(valid_until=day_of(row["valid_until"]), status=row["status"])
    decision, reasoned = of_license(law, facts)
    computed = {"publish_until": iso(decision.until), "policy_row": decision.policy_row}
    stands = [
        *standing(conn, row, row["license_id"]),
        *moved(row, {**computed, "min_until": row["min_until"]}),
    ]
    parts = [
        Paragraph("记录", (_of_decision(row),)),
        *reasoned,
        Paragraph("现状", tuple(stands)),
    ]
    if waiting := list(pending(conn, law, row)):
        parts.append(Paragraph("未办结的事项", tuple(waiting)))
    return Told(
        id=row["license_id"],
        type="license",
        state=row["state"],
        computed=computed,
        paragraphs=parts,
    )


def of_transfer_row(
    conn: sqlite3.Connection,
    law: Clock,  # noqa: ARG001 - every kind is told alike
    _: Policies,
    row: Mapping[str, Any],
) -> Told:
    """Return what is said of a transferred case."""
    sentence = (
        f"{row['authority']}于{chinese(row['decided_on'])}以{row['doc_no']}号文书将涉嫌"
        f"{row['offence']}的案件移送{row['receiver']},当事人{row['party']}。"
        f"由{row['agency']}报送,批次{row['first_batch']}收录,现为第{row['version']}版。"
    )
    outcome = f"办理结果:{row['outcome']}"
    if row["outcome_on"]:
        outcome += f"({chinese(row['outcome_on'])})"
    parts = [
        Paragraph("记录", (sentence,)),
        Paragraph("应否公示", ("移送案件只在登记库中留存,任何内容都不公示。",)),
        Paragraph("现状", (f"{outcome}。", *_related(conn, row))),
    ]
    return Told(
        id=row["transfer_id"], type="transfer", state=row["state"], computed={}, paragraphs=parts
    )


def _related(conn: sqlite3.Connection, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which penalty the case was about, where it names one."""
    if not row["penalty_doc_no"]:
        return ()
    query = "select penalty_id from penalties where authority_code = ?1 and doc_no = ?2"
    found = conn.execute(query, (row["authority_code"], row["penalty_doc_no"])).fetchone()
    named = f"({found[0]})" if found else "(登记库中没有)"
    return (f"同一案件的行政处罚决定:{row['penalty_doc_no']}{named},该处罚的公示不受移送影响。",)


def _of_decision(row: Mapping[str, Any]) -> str:
    """Return who permitted what to whom, and how it came here."""
    certificate = f",{row['certificate']}" if row["certificate"] else ""
    number = f"(编号{row['certificate_no']})" if row["certificate_no"] else ""
    return (
        f"{row['authority']}于{chinese(row['decided_on'])}以{row['doc_no']}号{row['doc_name']}"
        f"准予{row['party']}({row['party_category'] or '类别不明'})许可{certificate}{number},"
        f"类别:{row['license_kind']}。"
        f"由{row['agency']}报送,批次{row['first_batch']}收录,现为第{row['version']}版。"
    )
