"""How the registry's tables come to be: one function per step, applied once each, in order.

What is wide and seldom written (`*_records`: the rows as accepted) lies apart from what the legal
clock writes every day (`*_standing`), under one row id; the views `penalties` and `list_entries`
show both as one table, and everything reads those. A step that has been released is never edited:
a later change is another step.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from gongshi.models import (
    ENTRY_COLUMNS,
    LICENSE_COLUMNS,
    PENALTY_COLUMNS,
    RECORD_KEYS,
    TRANSFER_COLUMNS,
)

MIGRATIONS = Migrations("gongshi")

_STANDING: dict[str, type] = {
    "rid": int,
    "published_on": str,
    "severity": str,
    "policy_row": str,
    "regime": str,
    "publish_until": str,
    "min_until": str,
    "shown": int,
    "state": str,
    "ended_on": str,
    "end_reason": str,
    "end_basis": str,
    "disputed": int,
    "add_seq": int,
    "seq": int,
    "shown_version": int,
    "dirty": int,
}
_FULL_TEXT = "full_text"
"""The column of penalties that came with a later step."""
_TIMELESS = {"shown": 0, "disputed": 0, "dirty": 1}


@MIGRATIONS()
def m001_ledger(db: Database) -> None:
    """Create the chain, the erasable payloads, and the leaves, which stay for ever."""
    db.table("ledger").create(
        {"n": int, "kind": str, "at": str, "commitment": bytes, "prev": bytes, "hash": bytes},
        pk="n",
        not_null={"kind", "at", "commitment", "prev", "hash"},
        strict=True,
    )
    for name, column in (("ledger_payloads", "payload"), ("ledger_leaves", "leaves")):
        db.table(name).create(
            {"n": int, "part": int, column: bytes}, pk=("n", "part"), not_null={column}, strict=True
        )


@MIGRATIONS()
def m002_batches(db: Database) -> None:
    """Create the batches, the events on penalties, and the days the clock has run."""
    db.table("batches").create(
        {
            **dict.fromkeys(
                ("batch", "agency", "schema", "file", "file_sha256", "received_at", "received_on"),
                str,
            ),
            **dict.fromkeys(("rows", "taken", "refused", "unchanged", "findings"), int),
            **dict.fromkeys(("approved_by", "approved_at", "override_by", "override_reason"), str),
            "ledger_n": int,
        },
        pk="batch",
        not_null={"agency", "schema", "file_sha256", "received_on"},
        strict=True,
    )
    db.table("batches").create_index(["agency", "file_sha256"], unique=True)
    db.table("actions").create(
        {
            "n": int,
            **dict.fromkeys(
                ("penalty_id", "event", "on_day", "reason", "basis", "decision_doc_no", "by"), str
            ),
        },
        pk="n",
        strict=True,
    )
    db.table("actions").create_index(["penalty_id"])
    db.table("days").create(
        {"n": int, "day": str, "fingerprint": str, "seq": int}, pk="n", strict=True
    )


@MIGRATIONS()
def m003_penalties(db: Database) -> None:
    """Create penalties: content, standing, versions, the view that joins them, parties' names."""
    db.execute(
        "create table parties (uscc text primary key, party text not null) strict, without rowid"
    )
    columns = tuple(name for name in PENALTY_COLUMNS if name != _FULL_TEXT)
    _records(db, "penalty", columns, ("authority_code", "doc_no_key", "party_key"))
    _standing(db, "penalty", {})
    db.create_view("penalties", _view("penalty", columns, "record_key"))
    db.create_view("penalty_versions", _versions_view("penalty"))


@MIGRATIONS()
def m004_list_entries(db: Database) -> None:
    """Create list entries, in the same way."""
    key = ("list_code", "authority_code", "doc_no_key", "party_key")
    _records(db, "entry", ENTRY_COLUMNS, key)
    _standing(db, "entry", {"colour": str, "until": str, "penalty_id": str})
    db.table("entry_standing").create_index(["penalty_id"], index_name="entry_penalty")
    db.create_view("list_entries", _view("entry", ENTRY_COLUMNS, "entry_key"))
    db.create_view("entry_versions", _versions_view("entry"))


@MIGRATIONS()
def m005_publication(db: Database) -> None:
    """Create the public sequence, tombstones, releases, and the platforms' cursors."""
    text = dict.fromkeys(("op", "type", "id", "at", "reason", "basis"), str)
    db.table("events").create({"seq": int, **text}, pk="seq", strict=True)
    tombstone = ("id", "type", "ended_on", "reason", "basis", "authority", "doc_no")
    db.table("tombstones").create(
        {**dict.fromkeys(tombstone, str), "seq": int}, pk="id", strict=True
    )
    numbers = ("penalties", "entries", "added", "changed", "ended")
    db.table("releases").create(
        {
            "release": int,
            "seq": int,
            **dict.fromkeys(("day", "sealed_at", "manifest_sha256"), str),
            **dict.fromkeys((*numbers, "entries_added", "entries_ended"), int),
        },
        pk="release",
        strict=True,
    )
    db.table("platform_cursors").create(
        {"platform": str, "acknowledged": int, "updated_at": str}, pk="platform", strict=True
    )
    db.table("receipts").create(
        {
            "receipt_id": int,
            **dict.fromkeys(("platform", "delivery_id", "sent_at", "answer"), str),
            **dict.fromkeys(("from_seq", "to_seq", "status", "ok"), int),
        },
        pk="receipt_id",
        strict=True,
    )
    db.table("redaction_log").create(
        {
            **dict.fromkeys(("batch", "sheet", "field", "rule", "original_hash"), str),
            **dict.fromkeys(("row", "start", "end"), int),
        },
        strict=True,
    )
    db.table("redaction_log").create_index(["batch"])


@MIGRATIONS()
def m006_settings(db: Database) -> None:
    """Create what a registry remembers of its surroundings, such as the mark of its key."""
    db.table("settings").create({"name": str, "value": str}, pk="name", strict=True)


@MIGRATIONS()
def m007_overridden_gates(db: Database) -> None:
    """Keep which gates a person let a batch pass, beside who did and why."""
    db.table("batches").add_column("overridden", str)


@MIGRATIONS()
def m008_reviews(db: Database) -> None:
    """Create the queue of doubts, what persons decided, and what follows for records."""
    text = ("sheet", "column", "source_field", "field", "record", "rule", "left", "mask", "right")
    numbers = ("row", "masked", "start", "end", "start_there", "end_there")
    db.table("doubts").create(
        {
            **dict.fromkeys(("batch", "schema"), str),
            "number": int,
            **dict.fromkeys(text, str),
            **dict.fromkeys(numbers, int),
            **dict.fromkeys(("origin", "place"), str),
        },
        pk=("batch", "number"),
        strict=True,
    )
    db.table("doubts").create_index(["place"])
    db.table("reviews").create(
        {"place": str, "n": int, **dict.fromkeys(("decision", "by", "reason", "at"), str)},
        pk="place",
        strict=True,
    )
    db.table("rulings").create(
        {
            "n": int,
            **dict.fromkeys(("schema", "record", "field", "before", "origin", "edits"), str),
            **dict.fromkeys(("fewer", "refused"), int),
        },
        strict=True,
    )
    db.table("rulings").create_index(["schema"])
    for kind in ("penalty", "entry"):
        db.table(f"{kind}_standing").add_column("refused", int, not_null_default=0)


@MIGRATIONS()
def m009_masked_numbers(db: Database) -> None:
    """Keep the keyed values of masked numbers, by which the scan of a release tells them again."""
    db.table("masked_numbers").create(
        {"batch": str, "number": str}, pk=("batch", "number"), strict=True
    )


@MIGRATIONS()
def m010_masks_in_the_log(db: Database) -> None:
    """Keep which line of a source row a span is in, and what stands there instead."""
    db.table("redaction_log").add_column("line", int)
    db.table("redaction_log").add_column("mask", str)


@MIGRATIONS()
def m011_full_texts(db: Database) -> None:
    """Keep the full text of a penalty's decision beside its other content."""
    db.table("penalty_records").add_column(_FULL_TEXT, str)
    db.create_view("penalties", _view("penalty", PENALTY_COLUMNS, "record_key"), replace=True)


@MIGRATIONS()
def m012_what_an_event_carries(db: Database) -> None:
    """Keep an event's reason by code, the materials of an application, the fields corrected."""
    for name in ("code", "materials", "corrected"):
        db.table("actions").add_column(name, str)


@MIGRATIONS()
def m013_retention(db: Database) -> None:
    """Keep the numbers of public events whose reason was erased."""
    text = dict.fromkeys(("id", "op", "type", "at"), str)
    db.table("erased_events").create({"seq": int, "n": int, **text}, pk="seq", strict=True)


@MIGRATIONS()
def m014_redaction_policies(db: Database) -> None:
    """Keep the policy under which each batch was redacted, and which were looked at under it."""
    db.table("batches").add_column("redaction", str)
    db.table("redaction_policies").create(
        {"mark": str, "policy": str}, pk="mark", not_null={"policy"}, strict=True
    )
    db.table("redaction_looked").create({"batch": str, "mark": str}, pk="batch", strict=True)


@MIGRATIONS()
def m015_licenses_and_transfers(db: Database) -> None:
    """Create licences, which are published, and transferred cases, which are not."""
    for stem, view, schema, columns in (
        ("license", "licenses", "license", LICENSE_COLUMNS),
        ("transfer", "transfers", "case-transfer", TRANSFER_COLUMNS),
    ):
        _records(db, stem, columns, RECORD_KEYS[schema])
        _standing(db, stem, {})
        db.table(f"{stem}_standing").add_column("refused", int, not_null_default=0)
        db.create_view(view, _view(stem, columns, "record_key"))
        db.create_view(f"{stem}_versions", _versions_view(stem))
    for name in ("licenses", "licenses_added", "licenses_ended"):
        db.table("releases").add_column(name, int, not_null_default=0)


@MIGRATIONS()
def m016_questions(db: Database) -> None:
    """Keep how a batch was delivered, which records full deliveries lack, and what was answered."""
    db.table("batches").add_column("delivery", str)
    text = ("schema", "agency", "batch", "last", "on_day", "answer", "by", "reason")
    db.table("absences").create(
        {"id": str, **dict.fromkeys(text, str), "times": int}, pk="id", strict=True
    )
    db.table("answers").create(
        {"n": int, **dict.fromkeys(("question", "answer", "by", "reason", "on_day"), str)},
        pk="n",
        strict=True,
    )
    db.table("answers").create_index(["question"])
    db.table("joined").create({"record": str, "leads_to": str, "n": int}, pk="record", strict=True)


def _records(db: Database, kind: str, columns: tuple[str, ...], key: tuple[str, ...]) -> None:
    """Create the table of accepted content and the table of what each later version changed."""
    numbers = {name: int for name in columns if name.endswith("_fen") or name == "redactions"}
    table = db.table(f"{kind}_records")
    table.create(
        {
            "rid": int,
            "id": str,
            **{name: numbers.get(name, str) for name in columns},
            "party_key": str,
            "content_hash": bytes,
            "version": int,
            **dict.fromkeys(("agency", "batch", "first_batch", "received_on"), str),
        },
        pk="rid",
        not_null={"id", "content_hash", "version", "batch", "first_batch", *key},
        strict=True,
    )
    table.create_index(["id"], unique=True, index_name=f"{kind}_id")
    table.create_index(list(key), unique=True, index_name=f"{kind}_key")
    db.table(f"{kind}_changes").create(
        {"rid": int, "version": int, "batch": str, "on_day": str, "changed": str},
        pk=("rid", "version"),
        strict=True,
    )


def _standing(db: Database, kind: str, extra: dict[str, type]) -> None:
    """Create the narrow table that the clock writes, with indexes on what is due."""
    table = db.table(f"{kind}_standing")
    table.create(
        _STANDING | extra, pk="rid", defaults={**_TIMELESS, "state": "accepted"}, strict=True
    )
    for name, column, where in (
        ("due", "rid", "dirty > 0"),
        ("until", "publish_until", "shown = 1"),
        ("order", "add_seq", "shown = 1"),
    ):
        db.execute(f"create index {kind}_{name} on {kind}_standing ({column}) where {where}")


def _view(kind: str, columns: tuple[str, ...], key_name: str) -> str:
    """Return the query that shows content and standing of one kind as a single table."""
    mine = ("agency", "batch", "first_batch", "received_on", "party_key", "content_hash", "version")
    extra = ("colour", "until", "penalty_id") if kind == "entry" else ()
    key = ("list_code", "authority_code") if kind == "entry" else ("authority_code",)
    parts = " || '/' || ".join(f"r.{name}" for name in (*key, "doc_no_key", "party_key"))
    standing = [name for name in _STANDING if name not in {"rid", "shown_version", "dirty"}]
    chosen = (
        [f"r.id as {kind}_id", f"{parts} as {key_name}"]
        + [f"r.{name}" for name in (*columns, *mine)]
        + [f"s.{name}" for name in (*standing, *extra)]
    )
    return (
        f"select {', '.join(chosen)} from {kind}_records as r "  # noqa: S608
        f"join {kind}_standing as s on s.rid = r.rid"
    )


def _versions_view(kind: str) -> str:
    """Return the query for every version: the first, which every record has, and the later ones."""
    return (
        f"select r.id as {kind}_id, 1 as version, r.first_batch as batch, "  # noqa: S608
        f"b.received_on as on_day, '[]' as changed from {kind}_records as r "
        f"join batches as b on b.batch = r.first_batch "
        f"union all select r.id, c.version, c.batch, c.on_day, c.changed "
        f"from {kind}_changes as c join {kind}_records as r on r.rid = c.rid"
    )
