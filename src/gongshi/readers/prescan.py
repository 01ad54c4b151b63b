"""The look at a ZIP-based workbook before any library opens it: is it built to break us?

A few kilobytes can ask a spreadsheet library for 500 GB or for an endless loop. Refused here: too
many or encrypted members, names that leave the archive, members that overlap, more bytes than
declared or allowed, extreme compression, document type declarations (entity bombs), cells beyond
the last row of a spreadsheet. Limits of the child process stand behind this.

What the reader library leaves empty comes along: the error cells (`#DIV/0!`) of each sheet, and the
formulas that have no value because a program wrote them and no spreadsheet has calculated them.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers.extents import Extent
from gongshi.readers.file import File, seekable
from gongshi.readers.ods import sheets_of
from gongshi.readers.piece import Range
from gongshi.readers.refusals import bomb, damaged, encrypted

NOT_CALCULATED = "#CALC!"
"""What is read from a formula that no program has calculated yet."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
)
"""What `zipfile` raises about archives that it cannot read."""
_ODS = "content.xml"
_MEMBERS = 2_000
_LAST_ROW = 1_048_576
_SMALL = 32 << 20
"""Bytes of a member below which its compression ratio says nothing."""
_CHUNK = 1 << 20
_OVERLAP = 1 << 15
"""Bytes of a member that are looked at twice: the longest cell with a formula."""
_DTD = tuple(
    word.encode(codec)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for codec in ("ascii", "utf-16-le", "utf-16-be")
)
_FAR_CELL = re.compile(rb' r="[A-Z]*([0-9]{7,})"')
_IS_ERROR = b't="e"'
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=\"e\")[^>]*\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^>]*>"
    rb"(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]{1,20})<",
    re.DOTALL,
)
_FORMULA = b"<f", b":f"
_BARE_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula without a value; one with `t="str"` was calculated, and its value is empty text."""
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3}[0-9]{1,7})\"")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Prescan:
    """`errors`: sheet name → cell reference (`B7`) → the error text that stands there.

    `merged`: sheet name → merged cells, of ODS alone. `epoch` is the year from which serial numbers
    of days count; 0 where that is not known.
    """

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    merged: Mapping[str, Sequence[Range]] = field(default_factory=dict)
    epoch: int = 0


def prescan(file: File, options: ReaderOptions) -> Prescan:
    """Return what the structure of a ZIP-based workbook tells.

    Raises:
        FileRefusedError: F03, built to exhaust or deceive; F05, damaged; F10, encrypted.
    """
    try:
        with seekable(file) as stream, zipfile.ZipFile(stream) as archive:
            check_members(file, archive.infolist(), options)
            by_part = {
                name: errors
                for name in archive.namelist()
                if (errors := _check_content(file, archive, name, options))
            }
            if _ODS in archive.namelist():
                with archive.open(_ODS) as content:
                    sheets = sheets_of(file, content, options)
                return Prescan(
                    {name: sheet.errors for name, sheet in sheets.items()},
                    {name: sheet.merged for name, sheet in sheets.items()},
                )
            by_sheet = _by_sheet(archive, by_part) if by_part else {}
            return Prescan(by_sheet, epoch=_epoch(archive))
    except UNREADABLE as exc:
        raise damaged(
            file, "不是完整的 ZIP 结构", f"no whole ZIP structure ({type(exc).__name__})"
        ) from exc


def check_members(file: File, members: list[zipfile.ZipInfo], options: ReaderOptions) -> None:
    """Refuse an archive whose directory is already hostile."""
    if len(members) > _MEMBERS:
        raise bomb(file, f"压缩包内有 {len(members)} 个部件", f"{len(members)} members")
    if any(member.flag_bits & 1 for member in members):
        raise encrypted(file)
    for member in members:
        if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
            raise bomb(file, "部件名越出压缩包", "a member's name leaves the archive")
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise bomb(file, "部件相互重叠", "members overlap")
        end = member.header_offset + member.compress_size
    if sum(member.file_size for member in members) > options.unpacked_mib << 20:
        raise bomb(
            file,
            f"解压后超过 {options.unpacked_mib} MiB",
            f"unpacks to over {options.unpacked_mib} MiB",
        )


def check_ratio(file: File, unpacked: int, info: zipfile.ZipInfo, options: ReaderOptions) -> None:
    """Refuse a large member that was compressed to next to nothing."""
    if unpacked > _SMALL and unpacked > options.ratio * max(info.compress_size, 1):
        raise bomb(file, f"压缩比超过 {options.ratio}", f"compressed over {options.ratio} times")


def _check_content(
    file: File, archive: zipfile.ZipFile, name: str, options: ReaderOptions
) -> dict[str, str]:
    """Return the error cells of one member after looking at each of its bytes."""
    info = archive.getinfo(name)
    markup = name.lower().endswith((".xml", ".rels", ".vml"))
    sheet = markup and "worksheets/" in name
    errors, extent = dict[str, str](), Extent()
    for total, window in _windows(archive, info):
        if total > info.file_size or total > options.unpacked_mib << 20:
            raise bomb(file, "部件比声明的大", "a member is larger than declared")
        check_ratio(file, total, info, options)
        if markup and any(word in window for word in _DTD):
            raise bomb(file, "含有文档类型声明(DTD)", "it holds a document type declaration")
        if sheet:
            _check_rows(file, window)
            extent.hear(window)
        if sheet and _IS_ERROR in window:
            errors |= {cell.decode(): text.decode() for cell, text in _ERROR_CELL.findall(window)}
        if sheet and any(mark in window for mark in _FORMULA):
            errors |= dict.fromkeys(_not_calculated(window), NOT_CALCULATED)
    extent.check(file, options)
    return errors


def _not_calculated(window: bytes) -> Iterator[str]:
    """Yield the cells whose formula has no value."""
    for attributes in _BARE_FORMULA.findall(window):
        if b't="str"' not in attributes and (place := _PLACE.search(attributes)):
            yield place[1].decode()


def _windows(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes so far, and each stretch of a member with the end of the one before it."""
    total, before = 0, b""
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            total += len(chunk)
            yield total, before + chunk
            before = chunk[-_OVERLAP:]


def _check_rows(file: File, window: bytes) -> None:
    """Refuse cells where no spreadsheet has rows."""
    for row in _FAR_CELL.findall(window):
        if int(row) > _LAST_ROW:
            raise bomb(
                file, f"单元格行号 {row.decode()[:12]} 超出范围", "a cell lies beyond the last row"
            )


def _epoch(archive: zipfile.ZipFile) -> int:
    """Return 1900 or 1904 as an XLSX says (ECMA-376 part 1, 18.2.28), 0 for other workbooks."""
    try:
        parts = list(_xml(archive, "xl/workbook.xml").iter())
    except (KeyError, ET.ParseError):
        return 0
    says = [part.get("date1904", "0") for part in parts if part.tag.endswith("}workbookPr")]
    return 1904 if says and says[0] in ("1", "true") else 1900


def _by_sheet(
    archive: zipfile.ZipFile, by_part: Mapping[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Return error cells under sheet names instead of part names."""
    try:
        targets = {
            relation.get("Id"): (relation.get("Target") or "").rpartition("/")[2]
            for relation in _xml(archive, "xl/_rels/workbook.xml.rels")
        }
        sheets = _xml(archive, "xl/workbook.xml").iter()
    except (KeyError, ET.ParseError):
        return {}
    names = {targets.get(sheet.get(_RELATION)): sheet.get("name", "") for sheet in sheets}
    return {
        names[file]: errors
        for part, errors in by_part.items()
        if (file := part.rpartition("/")[2]) in names
    }


def _xml(archive: zipfile.ZipFile, part: str) -> ET.Element:
    """Return one part, which has no document type declaration (`_check_content`)."""
    return ET.fromstring(archive.read(part))  # noqa: S314  without a DTD there are no entities
