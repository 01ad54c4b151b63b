"""Delimited text: every cell, every row number, nothing swallowed."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.models import ROW
from gongshi.readers import delimited

HEAD = "文号,当事人,内容\n"


def rows_of(path: Path, text: str, **options: object) -> list[tuple[int | str, ...]]:
    """Return row number and cells of a file with this text."""
    path.write_text(text, encoding="utf-8", newline="")
    pieces = list(delimited.read(path, ReaderOptions.model_validate(options)))
    frame = pl.concat([piece.frame for piece in pieces], how="diagonal").fill_null("")
    return frame.rows()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("文号,当事人\n1号,甲\n", [(1, "文号", "当事人"), (2, "1号", "甲")]),
        ("文号\t当事人\r\n1号\t甲\r\n", [(1, "文号", "当事人"), (2, "1号", "甲")]),
        ("文号;当事人\r1号;甲\r", [(1, "文号", "当事人"), (2, "1号", "甲")]),
        ("文号|当事人\n1号|甲", [(1, "文号", "当事人"), (2, "1号", "甲")]),
        ("文号，当事人\n1号，甲\n", [(1, "文号", "当事人"), (2, "1号", "甲")]),
        ("'文号','当事人'\n'1号','甲,乙'\n", [(1, "文号", "当事人"), (2, "1号", "甲,乙")]),
        ('a,b\n"x\ny","说""好"""\n', [(1, "a", "b"), (2, "x\ny", '说"好"')]),
        ('a,b\n他说"好",2\n', [(1, "a", "b"), (2, '他说"好"', "2")]),
        ('a,b\n"甲"酒家,2\n', [(1, "a", "b"), (2, '"甲"酒家', "2")]),
        ("a\x01b\n1\x012\n", [(1, "a", "b"), (2, "1", "2")]),
        ("a\x1fb,c\n1\x1f2,3\n", [(1, "a", "b,c"), (2, "1", "2,3")]),
        ("a;b\n1;2,3,4\n2;3,4,5\n", [(1, "a", "b"), (2, "1", "2,3,4"), (3, "2", "3,4,5")]),
        ("a,b\n1,2，3，4\n2,3，4，5\n", [(1, "a", "b"), (2, "1", "2，3，4"), (3, "2", "3，4，5")]),
        ("a,b\r\n1,2\n3,4\r5,6\n", [(1, "a", "b"), (2, "1", "2"), (3, "3", "4"), (4, "5", "6")]),
        ("a,b\n\n1,2\n", [(1, "a", "b"), (2, "", ""), (3, "1", "2")]),
        ("a,b\n1\n1,2,3\n", [(1, "a", "b", ""), (2, "1", "", ""), (3, "1", "2", "3")]),
    ],
    ids=[
        "comma",
        "tab",
        "return",
        "bar",
        "wide",
        "quote",
        "break",
        "stray",
        "marks of a name",
        "control",
        "unit",
        "commas",
        "wide commas",
        "endings",
        "blank",
        "ragged",
    ],
)
def test_cells_and_row_numbers(tmp_path: Path, text: str, rows: list[object]) -> None:
    assert rows_of(tmp_path / "file.csv", text) == rows


@pytest.mark.parametrize(
    "text",
    [
        HEAD + '1号,"甲,罚款\n2号,乙,罚款\n',
        HEAD + '1号,他说"好",罚款\n2号,"乙,罚款\n3号,丙,罚款\n4号,丁,"罚款"\n',
        HEAD + "1号,甲,罚款\n" * 30 + '2号,"乙,罚款',
    ],
    ids=["to the end", "to the next mark", "late"],
)
def test_an_open_quotation_refuses_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        rows_of(tmp_path / "file.csv", text)

    assert refused.value.rule == "F09"


def test_text_after_a_closing_quotation_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="第 2 行有单元格在引号结束后还有文字") as refused:
        rows_of(tmp_path / "file.csv", HEAD + '1号,"说\\"好\\"",罚款\n')

    assert refused.value.rule == "F09"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "文号    当事人      日期\n1号     甲公司      2026-01-02\n2号     乙公司      1\n",
            "空格",
        ),
        ("文号　　当事人　　日期\n1号　　甲公司　　2026-01-02\n2号　　乙公司　　1\n", "空格"),
        ("文号$当事人\n1号$甲公司\n2号$乙公司\n", "“[$]”"),
        ("文号；当事人\n1号；甲公司\n2号；乙公司\n", "“；”"),
    ],
    ids=["blanks", "wide blanks", "dollar", "wide semicolon"],
)
def test_cells_that_are_not_divided_refuse_the_file(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileRefusedError, match=why) as refused:
        rows_of(tmp_path / "file.csv", text)

    assert refused.value.rule == "F08"


def test_an_unusual_delimiter_is_read_where_it_is_declared(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "file.csv", "文号$当事人\n1号$甲\n2号$乙\n", delimiter="$")

    assert rows[2] == (3, "2号", "乙")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (HEAD + f"1号,甲,{'罚' * 300}\n", {"cell_chars": 200}),
        (",".join(["文号"] * 40), {"columns": 30}),
    ],
    ids=["cell", "columns"],
)
def test_limits_refuse_the_file(tmp_path: Path, text: str, options: dict[str, int]) -> None:
    with pytest.raises(FileRefusedError) as refused:
        rows_of(tmp_path / "file.csv", text, **options)

    assert refused.value.rule == "F02"


def test_a_cell_as_long_as_the_limit_is_read(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "file.csv", HEAD + f"1号,甲,{'罚' * 200}\n", cell_chars=200)

    assert rows[1][3] == "罚" * 200


def test_pieces_together_are_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongshi.readers.decoding.CHUNK", 7)
    text = HEAD + "".join(f'{n}号,"甲\r\n乙 {n}",罚款\r\n' for n in range(50))

    rows = rows_of(tmp_path / "file.csv", text)

    assert [row[0] for row in rows] == list(range(1, 52))
    assert rows[50] == (51, "49号", "甲\r\n乙 49", "罚款")


CELLS = st.text(st.sampled_from('处罚,;"\n\t 1a，'), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=3, max_size=8)


@given(table=TABLES, ending=st.sampled_from(["\n", "\r\n"]))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], ending: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("csv") / "file.csv"

    rows = rows_of(path, buffer.getvalue(), delimiter=",")

    assert [list(row[1:]) for row in rows] == table


def test_row_numbers_are_unsigned(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(HEAD, encoding="utf-8")

    (piece,) = [piece for piece in delimited.read(path, ReaderOptions()) if piece.frame.height]

    assert piece.frame.schema[ROW] == pl.UInt32
