"""The compiled schema clears a cell only where Frictionless finds nothing wrong with it."""

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gongshi import table_schema
from gongshi.table_schema import TableSchema
from gongshi.validate import compiled
from gongshi.validate.authority import examine
from gongshi.validate.context import Context

from .penalty_rows import ODD_CELLS, TODAY

ROOT = Path(__file__).parents[1]
REAL_DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
CONTEXT = Context(today=TODAY)

DIGITS = "\uff11\uff12", "\u0663", "1\u0665", "5\uff15", "\u0967"
NUMBERS = (
    "0", "-0", "3", "1.5", "-1.5", "007", "1.0", "1,000", "1e3", "1E3", "NaN", "nan", "INF", "-inf",
    "Infinity", " 5", "5 ", "+5", "5.", ".5", "1_000", "0x10", "1.5万", "1e400", "", " ", "9" * 15,
    "9" * 16, "9223372036854775808", "0.0000001", "1.1234567", "--1", "1-1", "sNaN", "-snan7",
    *DIGITS,
)  # fmt: skip
DAYS = (
    "2023-02-05", "2023-2-5", "2023-02-30", "20230205", "2023-02-05 ", " 2023-02-05", "2023/02/05",
    "2023-02-05T00:00:00", "2023-02-05 00:00:00", "23-02-05", "10000-01-01", "0001-01-01",
    "0000-01-01", "-2023-02-05", "2023-W06-7", "2023-036", "2024-02-29", "1900-02-29",
    "\uff12023-02-05", "2023-02-05\n", "",
)  # fmt: skip
TEXTS = (
    "2023", "2023\n", "x2023", "2023x", "\uff12\uff10\uff12\uff13", "\u0662\u0660\u0662\u0663",
    "a", "b", "ab", "xa", "bx", "罚款", "罚款 ", "罚\u200b款", "abc", "abcd", "处罚决定", "👨‍👩‍👧",
    "\u00e9", "e\u0301", "𠀀𠀁𠀂", "NULL", "NA", "-", "", " ", "true", "True", "1", "yes", "no",
    "1999", "999", "a.b", "a-b", "a]b", "A\nB", "\x00", "\ufffd",
)  # fmt: skip
FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "number"},
    {"type": "number", "constraints": {"minimum": "0", "maximum": 100}},
    {"type": "number", "constraints": {"exclusiveMinimum": "0.1", "required": True}},
    {"type": "number", "constraints": {"enum": ["1.5", 3]}},
    {"type": "number", "groupChar": ","},
    {"type": "number", "bareNumber": False},
    {"type": "integer"},
    {"type": "integer", "constraints": {"minimum": 1, "exclusiveMaximum": 1000}},
    {"type": "integer", "bareNumber": False},
    {"type": "year"},
    {"type": "date"},
    {"type": "date", "constraints": {"minimum": "2023-01-01", "maximum": "2023-12-31"}},
    {"type": "date", "format": "%Y/%m/%d"},
    {"type": "date", "format": "any"},
    {"type": "datetime"},
    {"type": "time"},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    {"type": "string"},
    {"type": "string", "constraints": {"required": True, "minLength": 2, "maxLength": 3}},
    {"type": "string", "constraints": {"enum": ["罚款", "警告", "a"]}},
    {"type": "string", "constraints": {"enum": [1, "b"]}},
    {"type": "string", "constraints": {"pattern": r"\d{4}"}},
    {"type": "string", "constraints": {"pattern": "[a-z]+"}},
    {"type": "string", "constraints": {"pattern": "a|b"}},
    {"type": "string", "constraints": {"pattern": "(?:a|b)"}},
    {"type": "string", "constraints": {"pattern": "(?:罚款|其他-.+)"}},
    {"type": "string", "constraints": {"pattern": r"(?:(?i:ABC))"}},
    {"type": "string", "constraints": {"pattern": r"a[.\-\]]b"}},
    {"type": "string", "constraints": {"pattern": ".*"}},
    {"type": "string", "constraints": {"pattern": r"\w+"}},
    {"type": "string", "format": "email"},
    {"type": "string", "missingValues": ["", "NA", "-"]},
    {"type": "any"},
    {"type": "any", "constraints": {"required": True}},
    {"type": "any", "constraints": {"enum": ["a", 1]}},
    {"type": "array"},
    {"type": "object"},
)


def schema_of(*fields: dict[str, Any], **more: object) -> TableSchema:
    return table_schema.from_descriptor("x", {"fields": list(fields), **more})


def verdicts(schema: TableSchema, rows: Sequence[tuple[str, ...]]) -> tuple[list[bool], list[bool]]:
    """Return, for each row, whether the columns clear it and whether Frictionless does."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(schema.names, pl.String), orient="row")
    cleared = frame.select(clear=compiled.clears_row(schema), row=pl.col(schema.names[0]))["clear"]
    wrong = {place for place, _ in examine(rows, schema, (), CONTEXT)}
    return cleared.to_list(), [place not in wrong for place in range(len(rows))]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: json.dumps(field)[:60])
def test_what_is_cleared_is_right(field: dict[str, Any]) -> None:
    schema = schema_of({"name": "x", **field}, {"name": "other", "type": "string"})
    cells = {*NUMBERS, *DAYS, *TEXTS, *ODD_CELLS}
    rows = [(cell, "given") for cell in sorted(cells)]

    cleared, right = verdicts(schema, rows)

    unsound = [row for row, clear, ok in zip(rows, cleared, right, strict=True) if clear and not ok]
    assert unsound == []


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ({"type": "number", "constraints": {"minimum": "0"}}, "13.07"),
        ({"type": "integer"}, "42"),
        ({"type": "date"}, "2023-04-05"),
        ({"type": "year"}, "2023"),
        ({"type": "boolean"}, "true"),
        ({"type": "string", "constraints": {"maxLength": 3}}, "处罚决"),
        ({"type": "string", "constraints": {"pattern": "[A-Za-z0-9_-]+"}}, "black-list_1"),
        ({"type": "string", "constraints": {"pattern": "(?:身份证|其他-.+)"}}, "其他-军官证"),
        ({"type": "string", "constraints": {"pattern": r"\d{4}"}}, "2023"),
        ({"type": "string", "constraints": {"enum": ["罚款"]}}, "罚款"),
        ({"type": "any"}, "x"),
    ],
)
def test_plain_cells_need_no_second_look(field: dict[str, Any], cell: str) -> None:
    cleared, right = verdicts(schema_of({"name": "x", **field}), [(cell,)])

    assert (cleared, right) == ([True], [True])


def test_a_blank_row_is_never_cleared() -> None:
    cleared, right = verdicts(schema_of({"name": "x"}, {"name": "y"}), [("", ""), ("a", "")])

    assert (cleared, right) == ([False, True], [False, True])


def test_rules_between_rows_clear_nothing() -> None:
    schema = schema_of({"name": "x", "type": "string"}, primaryKey=["x"])

    cleared, _ = verdicts(schema, [("a",), ("b",)])

    assert cleared == [False, False]


def test_schemas_and_cells_drawn_at_random_agree() -> None:
    rng = random.Random(3)  # noqa: S311
    pool = [*NUMBERS, *DAYS, *TEXTS]
    for _ in range(20):
        fields = [{"name": f"f{place}", **rng.choice(FIELDS)} for place in range(rng.randint(2, 5))]
        rows = [tuple(rng.choice(pool) for _ in fields) for _ in range(60)]

        cleared, right = verdicts(schema_of(*fields), rows)

        assert not any(clear and not ok for clear, ok in zip(cleared, right, strict=True))


@pytest.mark.real_data
def test_the_awkward_cells_get_the_verdict_of_frictionless() -> None:
    file = REAL_DATA / "awkward-cells.json"
    if not file.exists():
        pytest.skip(f"no {file}: set GONGSHI_REAL_DATA")
    awkward = json.loads(file.read_text(encoding="utf-8"))
    schema = table_schema.from_descriptor("x", awkward["schema"])
    rows = [
        tuple((awkward["row"] | {case["field"]: case["value"]}).values())
        for case in awkward["cases"]
    ]

    cleared, right = verdicts(schema, rows)

    # Two stages: what is cleared is right, the rest is judged by Frictionless itself.
    two_stage = [clear or ok for clear, ok in zip(cleared, right, strict=True)]
    assert two_stage == right
    assert len(rows) == 62
    assert 0 < sum(cleared) <= sum(right) < len(rows)
