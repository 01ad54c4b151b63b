"""Files in, text cells out; nothing here knows what a cell means.

`child.contents` is the way in for files from outside: it runs `open_reader` and `papers_of` in a
process of its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from gongshi.readers.kind import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongshi.declarations.agency import ReaderOptions
    from gongshi.readers.file import File
    from gongshi.readers.paper import Paper
    from gongshi.readers.piece import Piece

_UNREAD = {
    Kind.ARCHIVE: ("这种压缩包,也不受理压缩包里的压缩包", "archives of this kind, and within one,"),
    Kind.DOCUMENT: ("文字处理文档和演示文稿", "documents and presentations"),
    Kind.XML: ("这种 XML", "XML files of this kind"),
    Kind.MHTML: ("单个文件网页(MHT)", "web archives (MHT)"),
    Kind.PDF: (" PDF", "PDF files"),
    Kind.IMAGE: ("图片", "images"),
}


def open_reader(path: Path, options: "ReaderOptions") -> "Iterator[Piece]":
    """Return the pieces of a file, read in this process.

    Raises:
        FileRefusedError: F01, empty; F02, beyond the limits; F05, of a kind that has no reader; or
            whatever the reader of its kind refuses.
    """
    from gongshi.readers import limits  # noqa: PLC0415 (polars only where files are read)

    return limits.within(_reader(kind_of(path), path, options), path, options)


def papers_of(path: Path, options: "ReaderOptions") -> "Iterator[Paper]":
    """Return the decision documents of a file, read in this process: an archive may hold some.

    Raises:
        FileRefusedError: F03 or F05, as for the tables of the archive.
    """
    if kind_of(path) is not Kind.ZIP:
        return iter(())
    from gongshi.readers import papers  # noqa: PLC0415 (lxml only where documents are read)

    return papers.read(path, options)


def _reader(kind: Kind, file: "File", options: "ReaderOptions") -> "Iterator[Piece]":
    """Return the pieces of a file of a known kind."""
    from gongshi.readers import (  # noqa: PLC0415
        archive,
        delimited,
        html_table,
        json_records,
        refusals,
        spreadsheet_ml,
        workbook,
    )

    match kind:
        case Kind.TEXT:
            return delimited.read(file, options)
        case Kind.ZIP_WORKBOOK | Kind.OLE_WORKBOOK:
            return workbook.read(file, options, zipped=kind is Kind.ZIP_WORKBOOK)
        case Kind.JSON:
            return json_records.read(file, options)
        case Kind.HTML:
            return html_table.read(file, options)
        case Kind.SPREADSHEET_ML:
            return spreadsheet_ml.read(file, options)
        case Kind.ZIP:
            return archive.read(file, options, _reader)
        case Kind.EMPTY:
            raise refusals.empty(file)
    raise refusals.no_reader(file, *_UNREAD[kind])
