"""What a reader reads: a file on disk, or a member of an archive that never touches the disk."""

import io
from pathlib import Path
from typing import IO, Literal, Protocol


class File(Protocol):
    """As much of a `Path` as the readers use."""

    @property
    def name(self) -> str:
        """Return the name that a person knows it by."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """Return its bytes from the first one; it can be opened any number of times."""


def seekable(file: File) -> IO[bytes]:
    """Return the bytes of a file in a form in which any place is near."""
    if isinstance(file, Path):
        return file.open("rb")
    with file.open("rb") as stream:
        return io.BytesIO(stream.read())
