"""Excel 95 and 5.0 workbooks in Chinese, Japanese or Korean, whose text is bytes of a code page.

The library that reads them knows code pages of one byte alone and damages the others. So it is
told that the page is 1252, in which every byte is a character; its characters are made bytes again
and decoded as they should have been. Source: [MS-XLS] 2.4.52 (CodePage), WHATWG windows-1252.
"""

import re
from dataclasses import dataclass, replace

import polars as pl

from gongshi.readers.file import File
from gongshi.readers.piece import Piece
from gongshi.readers.refusals import damaged

_GLOBALS = re.compile(rb"\x09\x08[\x06\x08]\x00\x00\x05\x05\x00")
"""Start of the first part of a workbook of version 5."""
_CODE_PAGE = re.compile(rb"\x42\x00\x02\x00(..)", re.DOTALL)
_NEAR = 2_048
_CODECS = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950"}
_ONE_BYTE = (1252).to_bytes(2, "little")
_BYTE_OF = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(256)}


@dataclass(frozen=True, slots=True)
class Paged:
    """A workbook with text of several bytes a character: `data` is what the library may read."""

    file: File
    page: int
    data: bytes

    def mended(self, piece: Piece) -> Piece:
        """Return a piece of `data` with its text as it was written.

        Raises:
            FileRefusedError: F05, text that the code page does not know.
        """
        frame = piece.frame.with_columns(
            pl.col(pl.String).map_elements(self._text, return_dtype=pl.String)
        )
        return replace(
            piece,
            sheet=self._text(piece.sheet),
            frame=frame,
            encoding=_CODECS[self.page],
            evidence=f"工作簿声明代码页 {self.page}",
        )

    def _text(self, text: str) -> str:
        """Return the text whose bytes were taken for page 1252."""
        if text.isascii():
            return text
        try:
            return bytes(_BYTE_OF[ord(symbol)] for symbol in text).decode(_CODECS[self.page])
        except (KeyError, UnicodeDecodeError) as exc:
            raise damaged(
                self.file,
                f"有文字不是代码页 {self.page} 的编码",
                f"text that code page {self.page} does not know",
            ) from exc


def paged(file: File) -> Paged | None:
    """Return the workbook if it is of version 5 and its code page has several bytes a character."""
    with file.open("rb") as stream:
        data = stream.read()
    start = _GLOBALS.search(data)
    if start is None:
        return None
    found = _CODE_PAGE.search(data, start.end(), start.end() + _NEAR)
    page = int.from_bytes(found[1], "little") if found else 0
    if found is None or page not in _CODECS:
        return None
    return Paged(file, page, data[: found.start(1)] + _ONE_BYTE + data[found.end(1) :])
