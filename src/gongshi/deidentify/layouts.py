"""Which field of a schema becomes which public column, and which of them are personal.

A layout is the whole difference between the inputs. Identity numbers have no public column:
they are read for keys and checks, and end here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongshi.models import (
    ENTRY_COLUMNS,
    EVENT_COLUMNS,
    LICENSE_COLUMNS,
    PENALTY_COLUMNS,
    TRANSFER_COLUMNS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one schema is made public.

    `source`: public column → field. `texts`: public columns that are free text. `money`: columns
    in 万元 that become fen. `category`, `reg_no`, `legal_rep`, `authority`, `day`: public columns
    with that role, "" where the schema has none. `identity`: field with the party's own identity
    number; `numbers`: every field that holds one. `names`: public columns with names of units,
    masked by the rules for numbers only. `numbered`: public columns with document or register
    numbers, which are never changed: what is found there refuses the row. `lines`: name of an
    authority → the name by which it is known with what it continues, where these differ.
    """

    columns: tuple[str, ...]
    source: Mapping[str, str]
    texts: tuple[str, ...]
    doc_no: str
    day: str
    money: tuple[str, ...] = ()
    category: str = ""
    reg_no: str = ""
    legal_rep: str = ""
    authority: str = ""
    identity: str = ""
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)


PENALTY = Layout(
    columns=PENALTY_COLUMNS,
    source={
        "doc_no": "CF_WSH",
        "authority": "CF_CFJG",
        "authority_code": "CF_CFJGDM",
        "party": "CF_XDR_MC",
        "party_category": "CF_XDR_LB",
        "uscc": "CF_XDR_SHXYM",
        "reg_no": "CF_XDR_GSZC",
        "legal_rep": "CF_FRDB",
        "violation_type": "CF_WFXW",
        "facts": "CF_SY",
        "basis": "CF_YJ",
        "kinds": "CF_CFLB",
        "content": "CF_NR",
        "fine_fen": "CF_NR_FK",
        "confiscated_fen": "CF_NR_WFFF",
        "licence_affected": "CF_NR_ZKDX",
        "decided_on": "CF_JDRQ",
        "valid_until": "CF_YXQ",
        "source_publish_until": "CF_GSJZQ",
        "performance": "PERFORMANCE",
        "source_unit": "CF_SJLY",
        "source_unit_code": "CF_SJLYDM",
        "full_text": "FULL_TEXT",
    },
    texts=(
        *("violation_type", "facts", "basis", "content", "licence_affected", "performance"),
        "full_text",
    ),
    doc_no="doc_no",
    day="decided_on",
    money=("fine_fen", "confiscated_fen"),
    category="party_category",
    reg_no="reg_no",
    legal_rep="legal_rep",
    authority="authority",
    identity="CF_XDR_ZJHM",
    numbers=("CF_XDR_ZJHM", "CF_FR_ZJHM"),
    names=("authority", "source_unit"),
    numbered=("doc_no", "reg_no", "legal_rep", "kinds"),
)

ENTRY = Layout(
    columns=ENTRY_COLUMNS,
    source={
        "list_code": "LIST_CODE",
        "party": "PARTY",
        "party_category": "PARTY_CATEGORY",
        "uscc": "USCC",
        "reg_no": "REG_NO",
        "legal_rep": "LEGAL_REP",
        "listing_doc_no": "LISTING_DOC_NO",
        "listed_on": "LISTED_ON",
        "reason": "REASON",
        "basis": "BASIS",
        "authority": "AUTHORITY",
        "authority_code": "AUTHORITY_CODE",
        "measures_note": "MEASURES",
        "removal_conditions": "REMOVAL_CONDITIONS",
        "source_until": "UNTIL",
        "penalty_doc_no": "PENALTY_DOC_NO",
        "penalty_authority_code": "PENALTY_AUTHORITY_CODE",
        "source_unit": "SOURCE_UNIT",
        "source_unit_code": "SOURCE_UNIT_CODE",
    },
    texts=("reason", "basis", "measures_note", "removal_conditions"),
    doc_no="listing_doc_no",
    day="listed_on",
    category="party_category",
    reg_no="reg_no",
    legal_rep="legal_rep",
    authority="authority",
    identity="ID_NO",
    numbers=("ID_NO",),
    names=("authority", "source_unit"),
    numbered=("listing_doc_no", "penalty_doc_no", "reg_no", "legal_rep"),
)

LICENSE = Layout(
    columns=LICENSE_COLUMNS,
    source={
        "doc_name": "XK_XKWS",
        "doc_no": "XK_WSH",
        "authority": "XK_XKJG",
        "authority_code": "XK_XKJGDM",
        "party": "XK_XDR_MC",
        "party_category": "XK_XDR_LB",
        "uscc": "XK_XDR_SHXYM",
        "reg_no": "XK_XDR_GSZC",
        "legal_rep": "XK_FRDB",
        "license_kind": "XK_XKLB",
        "certificate": "XK_XKZS",
        "certificate_no": "XK_XKBH",
        "content": "XK_NR",
        "decided_on": "XK_JDRQ",
        "valid_from": "XK_YXQZ",
        "valid_until": "XK_YXQZI",
        "status": "XK_ZT",
        "source_unit": "XK_LYDW",
        "source_unit_code": "XK_LYDWDM",
    },
    texts=("content", "doc_name", "license_kind", "certificate"),
    doc_no="doc_no",
    day="decided_on",
    category="party_category",
    reg_no="reg_no",
    legal_rep="legal_rep",
    authority="authority",
    identity="XK_XDR_ZJHM",
    numbers=("XK_XDR_ZJHM", "XK_FR_ZJHM"),
    names=("authority", "source_unit"),
    numbered=("doc_no", "certificate_no", "reg_no", "legal_rep"),
)

TRANSFER = Layout(
    columns=TRANSFER_COLUMNS,
    source={
        "doc_no": "TRANSFER_DOC_NO",
        "authority": "AUTHORITY",
        "authority_code": "AUTHORITY_CODE",
        "party": "PARTY",
        "party_category": "PARTY_CATEGORY",
        "uscc": "USCC",
        "reg_no": "REG_NO",
        "legal_rep": "LEGAL_REP",
        "offence": "OFFENCE",
        "facts": "FACTS",
        "basis": "BASIS",
        "decided_on": "TRANSFERRED_ON",
        "receiver": "RECEIVER",
        "signed_on": "SIGNED_ON",
        "docket": "DOCKET",
        "outcome": "OUTCOME",
        "outcome_on": "OUTCOME_ON",
        "outcome_doc_no": "OUTCOME_DOC_NO",
        "penalty_doc_no": "PENALTY_DOC_NO",
        "source_unit": "SOURCE_UNIT",
        "source_unit_code": "SOURCE_UNIT_CODE",
    },
    texts=("offence", "facts", "basis"),
    doc_no="doc_no",
    day="decided_on",
    category="party_category",
    reg_no="reg_no",
    legal_rep="legal_rep",
    authority="authority",
    identity="ID_NO",
    numbers=("ID_NO",),
    names=("authority", "receiver", "source_unit"),
    numbered=("doc_no", "docket", "outcome_doc_no", "penalty_doc_no", "reg_no", "legal_rep"),
)

EVENT = Layout(
    columns=EVENT_COLUMNS,
    source={
        "event": "EVENT",
        "doc_no": "DOC_NO",
        "authority_code": "AUTHORITY_CODE",
        "party": "PARTY",
        "uscc": "USCC",
        "event_on": "EVENT_ON",
        "reason": "REASON",
        "basis": "BASIS",
        "decision_doc_no": "DECISION_DOC_NO",
    },
    texts=("reason", "basis"),
    doc_no="doc_no",
    day="event_on",
    numbered=("doc_no", "decision_doc_no"),
)

LAYOUTS: Mapping[str, Layout] = {
    "penalty": PENALTY,
    "list-entry": ENTRY,
    "penalty-event": EVENT,
    "license": LICENSE,
    "case-transfer": TRANSFER,
}
"""Schema name → layout."""
