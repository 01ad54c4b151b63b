"""Files in, text cells out; nothing here knows what a cell means.

`child.pieces` is the way in for files from outside: it runs `open_reader` in a process of its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from gongshi.errors import FileRefusedError
from gongshi.readers.kind import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongshi.declarations.agency import ReaderOptions
    from gongshi.readers.piece import Piece


def open_reader(path: Path, options: "ReaderOptions") -> "Iterator[Piece]":
    """Return the pieces of a file, read in this process.

    Raises:
        FileRefusedError: F01, empty; F05, of a kind that has no reader.
    """
    from gongshi.readers import delimited, workbook  # noqa: PLC0415 (polars only where files are read)

    kind = kind_of(path)
    match kind:
        case Kind.TEXT:
            return delimited.read(path, options)
        case Kind.ZIP_WORKBOOK | Kind.OLE_WORKBOOK:
            return workbook.read(path, options, zipped=kind is Kind.ZIP_WORKBOOK)
        case Kind.EMPTY:
            raise FileRefusedError(
                "文件是空的。",
                "the file is empty.",
                file=path.name,
                rule="F01",
                todo="请检查导出步骤。",
            )
    raise FileRefusedError(
        f"不受理这种文件({kind})。",
        f"files of this kind are not accepted ({kind}).",
        file=path.name,
        rule="F05",
        todo="请报送 .xlsx、.xls 或 .csv 文件。",
    )
