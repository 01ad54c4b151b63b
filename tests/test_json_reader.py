"""JSON and NDJSON: objects are rows, keys are titles, digits stay; what is no table is refused."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.generate import generate
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import ROW, RawTable
from gongshi.readers import open_reader
from gongshi.readers.child import pieces
from gongshi.readers.json_records import read
from gongshi.table_schema import load_all

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ReaderOptions()
DECISION = '[{"文号":"甲市监罚〔2026〕1号","机关":"甲市市场监督管理局","决定":"罚款"}]'


def rows(
    path: Path, data: str | bytes, options: ReaderOptions = OPTIONS
) -> list[tuple[object, ...]]:
    """Return the numbered rows that a file with `data` gives."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [row for piece in open_reader(path, options) for row in piece.frame.rows()]


def refusal(path: Path, data: str | bytes, options: ReaderOptions = OPTIONS) -> FileRefusedError:
    """Return why a file with `data` is refused."""
    with pytest.raises(FileRefusedError) as refused:
        rows(path, data, options)
    return refused.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[{"a":1,"b":"x"},{"c":null,"b":true}]',
            [("a", "b", "c"), ("1", "x", ""), ("", "true", "")],
        ),
        ('{"data":[{"a":1}]}', [("a",), ("1",)]),
        ('{"code":0,"data":{"total":2,"list":[{"a":1}],"page":1}}', [("a",), ("1",)]),
        ('{"rows":[],"n":1}', [("rows", "n"), ("", "1")]),
        ('{"a":1,\n "b":2}', [("a", "b"), ("1", "2")]),
        ('{"a":1}', [("a",), ("1",)]),
        ('[{"a":[],"b":{}}]', [("a", "b"), ("", "")]),
        ("[]", []),
        ("[{}]", [()]),
    ],
)
def test_objects_are_rows_under_their_keys(
    tmp_path: Path, text: str, expected: list[tuple[str, ...]]
) -> None:
    found = rows(tmp_path / "a.json", text)

    assert [row[1:] for row in found] == expected


def test_a_record_is_numbered_as_a_person_counts_it(tmp_path: Path) -> None:
    array = rows(tmp_path / "a.json", '[{"a":1},{"a":2}]')
    lines = rows(tmp_path / "a.ndjson", '{"a":1}\n\n{"a":2}\r\n')
    arrays = rows(tmp_path / "b.json", '[["a"],[1],[2]]')

    assert array == [(0, "a"), (1, "1"), (2, "2")]
    assert lines == [(0, "a"), (1, "1"), (3, "2")]
    assert arrays == [(1, "a"), (2, "1"), (3, "2")]


@pytest.mark.parametrize(
    "digits", ["911101050000000000", "1.50", "1e400", "-0", "123456789012345678901"]
)
def test_a_number_keeps_the_digits_that_are_written(tmp_path: Path, digits: str) -> None:
    assert rows(tmp_path / "a.json", f'[{{"a":{digits}}}]')[1] == (1, digits)


@pytest.mark.parametrize("escape", [r"\ud800", r"\udc00", r"\u0000", r"甲\ud800乙"])
def test_what_no_text_can_hold_becomes_a_lost_character(tmp_path: Path, escape: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'[{{"{escape}":"{escape}"}}]', encoding="utf-8")

    (piece,) = pieces(path, OPTIONS)

    assert all("\ufffd" in text for row in piece.frame.rows() for text in row[1:])


@pytest.mark.parametrize(
    ("text", "rule", "word"),
    [
        ('[{"a":1,"a":2}]', "F12", "重复"),
        ('[{"a":{"b":1}}]', "F12", "第 1 条的“a”"),
        ('{"a":1}\n{"a":["x"]}', "F12", "第 2 条的“a”"),
        ('[{"a":NaN}]', "F12", "NaN"),
        ('[{"a":-Infinity}]', "F12", "Infinity"),
        ('[{"a":1},[2]]', "F12", "第 2 条"),
        ("[1,2]", "F12", "第 1 条"),
        ('"x"', "F12", "没有记录"),
        ('{"a":[{"b":1}],"c":[{"d":1}]}', "F12", "有几个数组"),
        ("[" * 100_000, "F12", "嵌套过深"),
        ('{"a":' * 100_000, "F12", "嵌套过深"),
        ('[{"a":1},]', "F05", "第 1 行第 10 个字符"),
        ('[{"a":1}\n{"a":2}]', "F05", "第 2 行"),
        ('{"a":1}\n{"a":2', "F05", "第 2 行"),
        ('{"a":1} x', "F05", "第 1 行第 9 个字符"),
        ('[{"a":01}]', "F05", "JSON"),
        ('{"a":1,\n"a":[{"b":1}]}', "F05", "第 2 行"),
        ('[{"a":1}', "F05", "JSON"),
        ("not json", "F05", "JSON"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(
    tmp_path: Path, text: str, rule: str, word: str
) -> None:
    refused = refusal(tmp_path / "a.json", text)

    assert refused.rule == rule
    assert word in refused.zh
    assert refused.todo


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_its_encoding_is_proved(tmp_path: Path, codec: str) -> None:
    assert rows(tmp_path / "a.json", DECISION.encode(codec))[1][1] == "甲市监罚〔2026〕1号"


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.json", b'[{"a":"\xff\xfe\xfd"}]').rule == "F04"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (ReaderOptions(columns=2), "列数超过 2"),
        (ReaderOptions(rows=2), "行数超过 2"),
        (ReaderOptions(cells=5), "单元格超过 5 个"),
        (ReaderOptions(cell_chars=3), "第 2 行有单元格超过 3 字"),
    ],
)
def test_each_limit_is_named(tmp_path: Path, options: ReaderOptions, word: str) -> None:
    refused = refusal(tmp_path / "a.json", '[{"a":1,"b":2,"c":3},{"a":"xxxx"}]', options)

    assert (refused.rule, word in refused.zh) == ("F02", True)


def test_a_document_too_large_for_the_memory_is_told_to_come_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + " " * (33 << 20) + "]", encoding="utf-8")

    with pytest.raises(FileRefusedError, match="NDJSON") as refused:
        list(pieces(path, ReaderOptions(memory_mib=256)))

    assert refused.value.rule == "F02"


@pytest.mark.parametrize("dirty", [False, True])
def test_generated_lines_are_taken_like_the_same_rows_in_csv(
    tmp_path: Path, *, dirty: bool
) -> None:
    def table(form: str) -> RawTable:
        out = tmp_path / f"a.{form}"
        generate(300, 7, out, fmt=form, dirty=dirty, today=dt.date(2026, 4, 5))
        agencies = load_agencies(ROOT / "ingest")
        schemas = load_all(ROOT / "schemas")
        return read_tables(out, agencies, agency=None, schemas=schemas)

    lines, delimited = table("ndjson"), table("csv")

    assert lines.frame.drop(ROW).equals(delimited.frame.drop(ROW))
    assert (lines.frame[ROW] + 1).equals(delimited.frame[ROW])
    assert len(lines.refused) == len(delimited.refused)


CELLS = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=8), max_size=4
)


@given(records=st.lists(CELLS, min_size=2, max_size=5).filter(any))
def test_a_document_and_its_lines_hold_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("json")
    document, lines = folder / "a.json", folder / "a.ndjson"
    document.write_text(json.dumps(records), encoding="ascii")
    lines.write_text("\n".join(map(json.dumps, records)), encoding="ascii")

    def read_rows(path: Path) -> list[tuple[object, ...]]:
        return [row for piece in read(path, OPTIONS) for row in piece.frame.rows()]

    assert read_rows(document) == read_rows(lines)
