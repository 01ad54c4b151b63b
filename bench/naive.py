"""The chain that one would write first: frictionless, `re`, sqlite-utils, trigram search.

    python bench/naive.py FILE.csv OUT.db

Row by row, with ordinary tools and ordinary care: the same Table Schema and the same row rules as
Gongshi (as one custom check), seven masking patterns over the text columns, a keyed identity for
persons, an upsert by authority, document number and party, indexes for what the site filters by,
and FTS5 with the trigram tokenizer. No history, no legal clock, no release, no leak scan.
"""

import csv
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from frictionless import Check, Checklist, Resource, Schema, errors, system
from measure import today
from sqlite_utils import Database

from gongshi.formats import doc_no
from gongshi.generate.penalties import FIELDS
from gongshi.table_schema import TableSchema, load
from gongshi.validate import Context
from gongshi.validate.stage import checks_for

ROOT = Path(__file__).parents[1]
KEY = b"bench"
SEARCHED = ("party", "doc_no", "facts", "basis", "content", "authority")
INDEXED = ("authority_code", "uscc", "decided_on", "category", "kinds", "doc_no", "violation_type")
MASKED = ("facts", "basis", "content")
PRIVATE = ("id_no", "id_type", "rep_id_no", "rep_id_type", "remarks")

_ROLE = r"(?:证人|见证人|举报人|驾驶员|消费者|代理人|购买人|会计|投诉人|供货人|员工)"
MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)"), "〔身份证号〕"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "〔手机号〕"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "〔电话〕"),
    (re.compile(r"((?:账号|卡号)[为：:]*)\d{12,19}"), r"\1〔账号〕"),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?[A-Z0-9]{5,6}"
        ),
        "〔车牌〕",
    ),
    (re.compile(r"((?:住址|家住|户籍地|居住在)[：:]?[^，。（）]*?[区县])[^，。（）]*"), r"\1某处"),
    (re.compile(rf"({_ROLE}[一-龥])[一-龥]{{1,2}}(?=[（，、])"), r"\1某"),
)


@attrs.define(kw_only=True, repr=False)
class Broken(errors.RowError):
    """A row rule is broken."""

    type = "rule"
    title = "Rule"
    description = "A domain rule is broken."
    template = "{note}"


def _roles(schema: TableSchema) -> list[str]:
    """Return the roles of the columns that a generated file has."""
    return [field.role for field in schema.fields if field.name in FIELDS]


class Rules(Check):
    """The row rules as a check of frictionless."""

    type = "rules"
    Errors = [Broken]  # noqa: RUF012  frictionless declares it so

    def __init__(self, schema: TableSchema, context: Context) -> None:
        super().__init__()
        self._roles = _roles(schema)
        self._checks = checks_for(schema, frozenset())
        self._context = context

    def validate_row(self, row: Any) -> Iterator[Broken]:  # noqa: ANN401
        """Yield what refuses a row; warnings are passed over."""
        cells = dict(zip(self._roles, row.cells, strict=True))
        for check in self._checks:
            for problem in check.judge(cells, self._context):
                if problem.severity is None:
                    yield Broken.from_row(row, note=f"{problem.rule} {problem.zh}")


def bad_rows(file: Path, schema: TableSchema, context: Context) -> set[int]:
    """Return the numbers of the rows with an error, the header being row 1."""
    fields = [field for field in schema.descriptor["fields"] if field["name"] in FIELDS]
    titled = [{**field, "name": field["title"]} for field in fields]
    table = Schema.from_descriptor({**schema.descriptor, "fields": titled})
    with system.use_context(trusted=True):
        resource = Resource(path=str(file), format="csv", encoding="utf-8-sig", schema=table)
        report = resource.validate(Checklist(checks=[Rules(schema, context)]), limit_errors=2**62)
    warnings = ("V14", "V16", "V18", "V21", "V22", "V23")
    found = report.flatten(["rowNumber", "note"])
    return {row for row, note in found if row and not str(note).startswith(warnings)}


def records(file: Path, schema: TableSchema, bad: set[int]) -> Iterator[dict[str, str]]:
    """Yield the good rows, masked and keyed."""
    roles = _roles(schema)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.reader(lines)
        next(table)
        for number, cells in enumerate(table, start=2):
            if number not in bad:
                yield public(dict(zip(roles, cells, strict=True)))


def public(row: dict[str, str]) -> dict[str, str]:
    """Return one row as it may be published, with its key."""
    is_person = row["category"] == "自然人"
    identity = row["id_no"] if is_person else row["uscc"] or row["reg_no"]
    party = hmac.digest(KEY, identity.encode(), "sha256").hex()
    key = "|".join((row["authority_code"], doc_no.key(row["doc_no"]), party))
    for field in MASKED:
        for pattern, mask in MASKS:
            row[field] = pattern.sub(mask, row[field])
        if is_person:
            row[field] = row[field].replace(row["party"], row["party"][:1] + "某")
    if is_person:
        row["party"] = row["party"][:1] + "某某"
    for field in PRIVATE:
        del row[field]
    return {"penalty_id": hashlib.sha256(key.encode()).hexdigest()[:24], **row}


def main(file: Path, out: Path) -> None:
    """Bring one file into a database with search."""
    schema = load(ROOT / "schemas", "penalty")
    context = Context(today=today())
    bad = bad_rows(file, schema, context)
    out.unlink(missing_ok=True)
    database = Database(out)
    penalties = database.table("penalties")
    penalties.upsert_all(records(file, schema, bad), pk="penalty_id", batch_size=1000)
    for column in INDEXED:
        penalties.create_index([column])
    penalties.enable_fts(SEARCHED, tokenize="trigram")
    database.vacuum()
    print(json.dumps({"taken": penalties.count, "refused": len(bad)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
