"""Every door by which something unmasked could get out, tried on purpose on a real site."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from gongshi import ledger, pipeline
from gongshi.errors import UsageError
from gongshi.formats import identity_no
from gongshi.gates import override_of
from gongshi.generate import generate
from gongshi.models import Category
from gongshi.site import Site, create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gongshi.report import FileReport

TODAY = date(2026, 3, 2)
ID = (_FIRST := "11010519900307803") + identity_no.check_digit(_FIRST)
PHONE = "13800138123"
HOME = "示例路88号3单元"
PERSON = "李四光"
SECRETS = (ID, PHONE, HOME, PERSON)
TOLD = f"证人{PERSON},身份证号{ID},电话{PHONE},家住甲市乙区{HOME}。"
NUMBERS = f"(家住甲市乙区{HOME},电话{PHONE})"


@pytest.fixture(autouse=True)
def plain_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ledger be searched byte by byte."""
    monkeypatch.setattr(ledger, "COMPRESSION", "uncompressed")


class Sender:
    """An agency with one file, and a site that takes it in and publishes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site: Site = create(folder / "site")
        self.site.require()
        made = folder / "made.csv"
        generate(12, 3, made, fmt=None, dirty=False, today=TODAY)
        with made.open(encoding="utf-8-sig", newline="") as source:
            self.header, *self.rows = csv.reader(source)
        made.unlink()
        at = self.header.index("行政相对人类别")
        self.row = next(row for row in self.rows if row[at] == Category.ORGANISATION)

    def add(self, title: str, words: str) -> None:
        self.row[self.header.index(title)] += words

    def send(self, name: str = "报送.csv", sheet: str = "") -> FileReport:
        """Take the file in under a name, as a workbook where a sheet is named, and publish."""
        file = self.folder / name
        if sheet:
            book = openpyxl.Workbook()
            page = book.worksheets[0]
            page.title = sheet
            for row in (self.header, *self.rows):
                page.append(row)
            book.save(file)
        else:
            with file.open("w", encoding="utf-8", newline="") as target:
                csv.writer(target).writerows([self.header, *self.rows])
        desk = pipeline.open_desk(self.site, agency="standard", today=TODAY)
        (told,) = pipeline.ingest(desk, [file])
        pipeline.publish(self.site, today=TODAY)
        file.unlink()
        return told

    def found(self) -> Iterator[tuple[str, str]]:
        """Yield (file of the site, secret) wherever one of the secrets is in clear."""
        with closing(sqlite3.connect(self.site.registry)) as conn:
            conn.execute("pragma wal_checkpoint(truncate)")
        for folder in (self.site.build, self.site.var):
            for path in folder.rglob("*"):
                if path.is_file():
                    content = path.read_bytes()
                    yield from (
                        (str(path.relative_to(self.site.root)), secret)
                        for secret in SECRETS
                        if secret.encode() in content
                    )


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return Sender(tmp_path)


@pytest.mark.parametrize(
    "title",
    ["违法行为类型", "违法事实", "处罚依据", "处罚内容", "暂扣或吊销证照名称及编号", "备注"],
)
def test_no_byte_of_what_was_masked_in_a_text_is_anywhere(sender: Sender, title: str) -> None:
    sender.add(title, TOLD)

    assert sender.send().taken == 12

    assert [*sender.found()] == []


@pytest.mark.parametrize("title", ["行政相对人名称", "处罚机关", "数据来源单位"])
def test_the_name_of_a_unit_carries_no_address_and_no_number(sender: Sender, title: str) -> None:
    sender.add(title, NUMBERS)

    sender.send()

    assert [*sender.found()] == []


@pytest.mark.parametrize("words", [NUMBERS, f"({ID})", f"(住址:甲市乙区{HOME})"])
def test_a_representative_with_more_than_a_name_refuses_the_row(sender: Sender, words: str) -> None:
    sender.add("法定代表人", words)

    told = sender.send()

    assert told.refused == 1
    assert [*sender.found()] == []


def test_columns_that_no_declaration_names_end_at_the_door(sender: Sender) -> None:
    sender.header.append("经办人联系方式")
    for row in sender.rows:
        row.append(f"{PERSON}{PHONE}")

    sender.send()

    assert [*sender.found()] == []


def test_a_file_name_is_kept_without_numbers(sender: Sender) -> None:
    sender.send(f"{ID}-{PHONE}.csv")

    assert [*sender.found()] == []


def test_a_sheet_name_is_kept_without_numbers(sender: Sender) -> None:
    sender.add("违法事实", f"{TOLD}据查证人患有糖尿病。")

    sender.send("报送.xlsx", sheet=f"{ID}")

    inside = [hit for hit in sender.found() if not hit[0].startswith("var/reports/")]
    assert inside == []


def test_a_row_that_was_erased_from_the_ledger_leaves_no_byte() -> None:
    frame = pl.DataFrame({"a": ["一" * 40, PERSON * 20]})

    kept = ledger._ipc(frame.filter(pl.col("a").str.starts_with("一")))  # noqa: SLF001

    assert PERSON.encode() not in kept


@pytest.mark.parametrize(
    "reason", [f"经办人电话{PHONE}", f"证人{PERSON}已核实", f"家住甲市乙区{HOME}"]
)
def test_the_reason_of_an_override_is_public_and_holds_no_personal_data(reason: str) -> None:
    with pytest.raises(UsageError, match="会公开"):
        override_of("王示例", reason)
