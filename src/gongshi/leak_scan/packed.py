"""What is packed in gzip and zip files, unpacked to files that vanish after the look.

Nothing is held in memory whole. A packed file that would unpack to more than `LARGEST` bytes, or
cannot be unpacked, raises `UnreadableError`: what cannot be looked at is not published.
"""

import gzip
import io
import mmap
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
LARGEST = 8 << 30
_ZIP_END = b"PK\x05\x06"
_ZIP_END_REACH = 65_557
_BLOCK = 1 << 20
_BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)


class UnreadableError(Exception):
    """A packed file cannot be unpacked, or is too large when unpacked."""


def is_packed(data: bytes | mmap.mmap) -> bool:
    """Say whether `data` is a gzip file, or a zip file with or without something before it."""
    return data[:2] == GZIP or is_zip(data)


def is_zip(data: bytes | mmap.mmap) -> bool:
    """Say whether `data` ends like a zip file, or begins like one."""
    return data[:4] == ZIP or _ZIP_END in data[-_ZIP_END_REACH:]


def parts(data: bytes | mmap.mmap, name: str) -> Iterator[tuple[str, Path]]:
    """Yield each packed part: its name, and a file that holds it until the next is asked for.

    Raises:
        UnreadableError: as said above.
    """
    try:
        if data[:2] == GZIP:
            with gzip.open(_stream(data)) as unzipped, _unpacked(unzipped) as path:
                yield Path(name).name.removesuffix(".gz"), path
            return
        with zipfile.ZipFile(_stream(data)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as content, _unpacked(content) as path:
                    yield entry.filename, path
    except _BROKEN as exc:
        raise UnreadableError(str(exc)) from exc


class _Mapped(io.RawIOBase):
    """What is mapped into memory as a file, read from where it lies."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        super().__init__()
        self._data, self._at = data, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        piece = self._data[self._at : self._at + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _stream(data: bytes | mmap.mmap) -> io.BufferedReader:
    return io.BufferedReader(_Mapped(data), _BLOCK)


@contextmanager
def _unpacked(content: gzip.GzipFile | IO[bytes]) -> Iterator[Path]:
    """Give a file with the content, of which no name is left afterwards."""
    with tempfile.NamedTemporaryFile(prefix="scan-") as file:
        while block := content.read(_BLOCK):
            file.write(block)
            if file.tell() > LARGEST:
                raise UnreadableError("too large when unpacked")
        file.flush()
        yield Path(file.name)
