"""ZIP archives: every member is read as if it came alone, and one bad member refuses them all."""

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
import xlwt

from gongshi import table_schema
from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import RawTable
from gongshi.readers import open_reader
from gongshi.readers.child import pieces

from .penalty_rows import clean_row

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ReaderOptions()
CSV = "文号,名称\n甲市监罚〔2026〕1号,甲市示例商贸有限公司\n".encode()


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """Return an archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def xlsx() -> bytes:
    """Return a workbook with a sheet that holds one row."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "处罚"
    book.worksheets[0].append(["文号", "名称"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls() -> bytes:
    """Return an old workbook with one row."""
    book = xlwt.Workbook()
    book.add_sheet("处罚").write(0, 0, "文号")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(path: Path, options: ReaderOptions = OPTIONS) -> FileRefusedError:
    """Return why an archive is refused, read in a child as everywhere."""
    with pytest.raises(FileRefusedError) as refused:
        list(pieces(path, options))
    return refused.value


def test_every_member_is_a_sheet_or_several(tmp_path: Path) -> None:
    members = {
        "一月/处罚.csv": CSV,
        "二月.xlsx": xlsx(),
        "三月.xls": xls(),
        "四月.json": '[{"文号":"罚款"}]'.encode(),
        "五月.xls": "<table><tr><td>处罚</table>".encode("gb18030"),
    }

    found = list(pieces(packed(tmp_path / "a.zip", members), OPTIONS))

    shown = {piece.sheet: piece.member for piece in found if piece.frame.height}
    assert shown == {
        "一月/处罚.csv": "一月/处罚.csv",
        "二月.xlsx/处罚": "二月.xlsx",
        "三月.xls/处罚": "三月.xls",
        "四月.json": "四月.json",
        "五月.xls/表格1": "五月.xls",
    }


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_names_that_are_not_marked_as_utf8_are_decoded(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("XXXXXXXXXXXX.csv", CSV)
    raw = "处罚决定信".encode(codec)[:12].ljust(12, b"_")
    path.write_bytes(path.read_bytes().replace(b"X" * 12, raw))

    sheets = {piece.sheet for piece in open_reader(path, OPTIONS)}

    assert sheets == {raw.decode(codec) + ".csv"}


def test_a_name_of_no_encoding_keeps_its_bytes_in_sight(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("XX.csv", CSV)
    path.write_bytes(path.read_bytes().replace(b"XX.csv", b"\xff\xff.csv"))

    assert {piece.sheet for piece in open_reader(path, OPTIONS)} == {r"\xff\xff.csv"}


def test_what_programs_leave_behind_is_passed_over(tmp_path: Path) -> None:
    litter = ["__MACOSX/._a.csv", ".DS_Store", "x/Thumbs.db", "~$a.xlsx", "desktop.ini", "空/"]
    members = {"a.csv": CSV, **dict.fromkeys(litter, b"\x00\x01")}

    found = open_reader(packed(tmp_path / "a.zip", members), OPTIONS)

    assert {piece.sheet for piece in found} == {"a.csv"}


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("说明.csv", b"%PDF-1.7", "F05"),
        ("内.zip", b"", "F05"),
        ("坏.xlsx", b"PK\x03\x04broken", "F05"),
        ("空.csv", b"", "F01"),
        ("乱.csv", b"\x81\xff\xfe\xfd", "F04"),
        ("坏.json", b"[{]", "F05"),
        ("宽.csv", b",".join([b"x"] * 400), "F02"),
    ],
)
def test_a_bad_member_refuses_the_archive_by_name(
    tmp_path: Path, name: str, data: bytes, rule: str
) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.csv": CSV}).read_bytes()
    members = {"好.csv": CSV, name: inner if name == "内.zip" else data}

    refused = refusal(packed(tmp_path / "a.zip", members))

    assert refused.rule == rule
    assert refused.zh.startswith("a.zip: ")
    assert f"“{name}”" in refused.zh


def test_an_archive_without_a_file_is_refused(tmp_path: Path) -> None:
    assert refusal(packed(tmp_path / "a.zip", {".DS_Store": b"x"})).rule == "F12"


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "..\\a.csv", "a/../../b.csv"])
def test_a_name_that_leaves_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(packed(tmp_path / "a.zip", {name: CSV})).rule == "F03"


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    path.write_bytes(path.read_bytes().replace(b"b.csv", b"a.csv"))

    assert refusal(path).rule == "F03"


def test_an_encrypted_archive_is_refused_as_such(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": CSV})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)

    assert refusal(path).rule == "F10"


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (ReaderOptions(unpacked_mib=16), "F03"),
        (ReaderOptions(ratio=100), "F03"),
    ],
)
def test_what_unpacks_to_too_much_is_refused_unopened(
    tmp_path: Path, options: ReaderOptions, rule: str
) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": b"a,b\n" * (9 << 20)})

    assert refusal(path, options).rule == rule


def test_limits_count_over_all_members(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": CSV, "b.csv": CSV})

    assert refusal(path, ReaderOptions(rows=3)).rule == "F02"


@pytest.mark.parametrize("where", [40, -60])
def test_a_damaged_archive_is_refused(tmp_path: Path, where: int) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": CSV * 50})
    raw = bytearray(path.read_bytes())
    raw[where : where + 12] = b"\xff" * 12
    path.write_bytes(raw)

    assert refusal(path).rule in {"F03", "F05", "F10"}


def penalties(*numbers: int) -> bytes:
    """Return a CSV file of clean penalties."""
    rng = random.Random(5)  # noqa: S311  invented data, not secrets
    rows = [clean_row(rng, number) for number in numbers]
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]).encode()


def read(path: Path) -> RawTable:
    """Return the table of a file under the declarations of this repository."""
    schemas = table_schema.load_all(ROOT / "schemas")
    return read_tables(path, load_agencies(ROOT / "ingest"), agency="standard", schemas=schemas)


def test_members_of_one_layout_are_one_table(tmp_path: Path) -> None:
    members = {"一.csv": penalties(1, 2), "二.csv": penalties(3)}

    table = read(packed(tmp_path / "a.zip", members))

    assert table.frame["_sheet"].to_list() == ["一.csv", "一.csv", "二.csv"]


def test_a_member_of_another_layout_refuses_the_archive(tmp_path: Path) -> None:
    members = {"一.csv": penalties(1), "说明.csv": "联系人,电话\n甲,1\n".encode()}

    with pytest.raises(FileRefusedError, match=r"压缩包里的“说明.csv”") as refused:
        read(packed(tmp_path / "a.zip", members))

    assert refused.value.rule == "F08"
