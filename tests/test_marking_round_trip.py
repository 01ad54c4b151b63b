"""The mended workbook goes in as if it had no marks, and only its changes are taken."""

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from gongshi import pipeline
from gongshi.marking import mark
from gongshi.marking.words import SUMMARY
from gongshi.site import Site, create

from .marked import (
    DAMAGE,
    SHEET,
    as_gbk,
    as_xls,
    as_xlsx,
    checked,
    colour,
    damaged,
    finding,
    formatted,
    letter_index,
    mended,
    said,
)
from .penalty_rows import TODAY


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = create(tmp_path_factory.mktemp("site") / "site")
    made.require()
    return made


FORMATS: list[Callable[[Path, Sequence[Sequence[str]]], Path]] = [as_xlsx, as_gbk, as_xls]


@pytest.mark.parametrize("save", FORMATS)
def test_a_mended_workbook_has_nothing_wrong_and_only_its_changes_are_taken(
    site: Site, tmp_path: Path, save: Callable[[Path, Sequence[Sequence[str]]], Path]
) -> None:
    table, right = damaged()
    original = save(tmp_path / "三月", table)
    own = create(tmp_path / "own")
    own.require()
    desk = pipeline.open_desk(own, agency=None, today=TODAY)
    first = pipeline.ingest(desk, [original])[0]

    told = checked(site, original, tmp_path / "报告")
    done = mended(tmp_path / "报告" / "三月-标注.xlsx", right)
    again = checked(site, done)
    second = pipeline.ingest(desk, [done])[0]

    assert {(each.row - 1, letter_index(each.column)) for each in told.findings} >= right.keys()
    assert (told.refused, again.refused, again.findings) == (len(DAMAGE), 0, ())
    assert (again.rows, again.taken) == (told.rows, told.rows)
    assert (first.taken, second.taken) == (told.rows - len(DAMAGE), len(DAMAGE))
    assert second.unchanged == first.taken


def test_marks_of_a_former_check_go_with_the_faults(site: Site, tmp_path: Path) -> None:
    table, right = damaged()
    checked(site, as_xlsx(tmp_path / "三月", table), tmp_path)
    *some, last = right.items()
    partly = mended(tmp_path / "三月-标注.xlsx", dict(some))

    told = checked(site, partly, tmp_path)

    book = openpyxl.load_workbook(tmp_path / "改好-标注.xlsx")
    coloured = {
        (row, column)
        for row, line in enumerate(book.worksheets[0].iter_rows())
        for column, cell in enumerate(line)
        if colour(cell) or cell.comment
    }
    assert told.refused == 1
    assert last[0] in coloured
    assert coloured.isdisjoint(place for place, _ in some)
    assert book.sheetnames == ["Sheet", SUMMARY]


def test_a_comment_of_the_clerk_outlives_two_checks(tmp_path: Path) -> None:
    first = mark(
        formatted(tmp_path / "表.xlsx"), [finding("A4", sheet=SHEET)], tmp_path / "一.xlsx"
    )

    second = mark(first, [finding("A5", sheet=SHEET)], tmp_path / "二.xlsx")

    book = openpyxl.load_workbook(second)
    assert said(book, SHEET, "A4") == "待核实"
    assert colour(book[SHEET]["A4"]) == ""
    assert said(book, SHEET, "A5").startswith("错误")


def test_check_writes_a_marked_workbook_for_each_file(site: Site, tmp_path: Path) -> None:
    table, _ = damaged()
    files = [as_xlsx(tmp_path / "三月", table), as_gbk(tmp_path / "三月", table)]

    desk = pipeline.open_desk(site, agency=None, today=TODAY)
    pipeline.check(desk, files, folder=tmp_path / "报告")

    assert {file.name for file in (tmp_path / "报告").glob("*.xlsx")} == {
        "三月-标注.xlsx",
        "三月-标注-2.xlsx",
    }
