"""The look at a ZIP-based workbook before any library opens it: is it built to break us?

A few kilobytes can ask a spreadsheet library for 500 GB or for an endless loop. Refused here: too
many or encrypted members, names that leave the archive, members that overlap, more bytes than
declared or allowed, extreme compression, document type declarations (entity bombs), cells beyond
the last row of a spreadsheet. Limits of the child process stand behind this.

The error cells (`#DIV/0!`) of each sheet come along, because the reader library leaves them empty.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError

_MEMBERS = 2_000
_LAST_ROW = 1_048_576
_SMALL = 32 << 20
"""Bytes of a member below which its compression ratio says nothing."""
_CHUNK = 1 << 20
_OVERLAP = 4_096
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
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Prescan:
    """`errors`: sheet name → cell reference (`B7`) → the error text that stands there.

    `epoch` is the year from which serial numbers of days count; 0 where that is not known.
    """

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    epoch: int = 0


def prescan(path: Path, options: ReaderOptions) -> Prescan:
    """Return what the structure of a ZIP-based workbook tells.

    Raises:
        FileRefusedError: F03, built to exhaust or deceive; F05, damaged; F10, encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive.infolist(), options)
            by_part = {
                name: errors
                for name in archive.namelist()
                if (errors := _check_content(path, archive, name, options))
            }
            return Prescan(_by_sheet(archive, by_part) if by_part else {}, _epoch(archive))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as exc:
        raise FileRefusedError(
            "文件已损坏,不是完整的 ZIP 结构工作簿。",
            f"the file is damaged: {type(exc).__name__}.",
            file=path.name,
            rule="F05",
            todo="请用 Excel 或 WPS 打开后重新保存,再报送。",
        ) from exc


def _check_members(path: Path, members: list[zipfile.ZipInfo], options: ReaderOptions) -> None:
    """Refuse an archive whose directory is already hostile."""
    if len(members) > _MEMBERS:
        raise bomb(path, f"压缩包内有 {len(members)} 个部件", f"{len(members)} members")
    if any(member.flag_bits & 1 for member in members):
        raise FileRefusedError(
            "文件已加密。",
            "the file is encrypted.",
            file=path.name,
            rule="F10",
            todo="请取消打开密码后重新报送。",
        )
    for member in members:
        if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
            raise bomb(path, "部件名越出压缩包", "a member's name leaves the archive")
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise bomb(path, "部件相互重叠", "members overlap")
        end = member.header_offset + member.compress_size
    if sum(member.file_size for member in members) > options.unpacked_mib << 20:
        raise bomb(
            path,
            f"解压后超过 {options.unpacked_mib} MiB",
            f"unpacks to over {options.unpacked_mib} MiB",
        )


def _check_content(
    path: Path, archive: zipfile.ZipFile, name: str, options: ReaderOptions
) -> dict[str, str]:
    """Return the error cells of one member after looking at each of its bytes."""
    info = archive.getinfo(name)
    markup = name.lower().endswith((".xml", ".rels", ".vml"))
    sheet = markup and "worksheets/" in name
    errors: dict[str, str] = {}
    for total, window in _windows(archive, info):
        if total > info.file_size or total > options.unpacked_mib << 20:
            raise bomb(path, "部件比声明的大", "a member is larger than declared")
        if total > _SMALL and total > options.ratio * max(info.compress_size, 1):
            raise bomb(
                path, f"压缩比超过 {options.ratio}", f"compressed over {options.ratio} times"
            )
        if markup and any(word in window for word in _DTD):
            raise bomb(path, "含有文档类型声明(DTD)", "it holds a document type declaration")
        if sheet:
            _check_rows(path, window)
        if sheet and _IS_ERROR in window:
            errors |= {cell.decode(): text.decode() for cell, text in _ERROR_CELL.findall(window)}
    return errors


def _windows(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes so far, and each stretch of a member with the end of the one before it."""
    total, before = 0, b""
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            total += len(chunk)
            yield total, before + chunk
            before = chunk[-_OVERLAP:]


def _check_rows(path: Path, window: bytes) -> None:
    """Refuse cells where no spreadsheet has rows."""
    for row in _FAR_CELL.findall(window):
        if int(row) > _LAST_ROW:
            raise bomb(
                path, f"单元格行号 {row.decode()[:12]} 超出范围", "a cell lies beyond the last row"
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


def bomb(path: Path, zh: str, en: str) -> FileRefusedError:
    """Return F03."""
    return FileRefusedError(
        f"文件结构异常,不予打开:{zh}。",
        f"refused unopened: {en}.",
        file=path.name,
        rule="F03",
        todo="请新建空白工作簿,只粘贴数据(选择性粘贴“数值”),保存后重新报送。",
    )
