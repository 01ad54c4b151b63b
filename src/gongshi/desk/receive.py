"""A form with files, taken apart as it arrives: small fields are kept, files go to disk at once.

`python-multipart` finds the parts. Nothing is held in memory but one chunk and the small fields.
"""

from collections.abc import Callable, Mapping
from typing import BinaryIO, TypeVar

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gongshi.desk.problem import Problem

_FIELD_BYTES = 4096
_FIELDS = 10

Begin = Callable[[Mapping[str, str], str], BinaryIO]
"""Given the fields so far and the name of a file, return where its bytes go, or refuse."""

T = TypeVar("T")


class Form:
    """One multipart form on its way in; `begin` is asked before the first byte of each file."""

    def __init__(self, content_type: str, begin: Begin, *, most_bytes: int) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Problem(400, "form")
        self.fields: dict[str, str] = {}
        self._begin = begin
        self._most = self._left = most_bytes
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._name = ""
        self._value: bytearray | None = None
        self._file: BinaryIO | None = None
        self._ended = False
        self._parser = _explained(lambda: self._reader(options[b"boundary"]))

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            Problem: the form is too large or broken, or a file is refused.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise Problem(413, "too_large", mib=self._most >> 20)
        _explained(lambda: self._parser.write(chunk))

    def finish(self) -> None:
        """Make sure that the whole form arrived.

        Raises:
            Problem: it broke off.
        """
        if not self._ended:
            raise Problem(400, "form")

    def close(self) -> None:
        """Close a file that was cut off."""
        if self._file:
            self._file.close()
            self._file = None

    def _reader(self, boundary: bytes) -> MultipartParser:
        """Return what finds the parts and tells us of them."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": lambda data, at, end: self._header[0].extend(data[at:end]),
                "on_header_value": lambda data, at, end: self._header[1].extend(data[at:end]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._end,
            },
        )

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_ends(self) -> None:
        name, value = (bytes(part) for part in self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (bytearray(), bytearray())

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._value = None
        if b"filename" not in options:
            self._value = bytearray()
        elif sent := options[b"filename"]:
            self._file = self._begin(self.fields, sent.decode("utf-8", "replace"))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file:
            self._file.write(data[start:end])
        elif self._value is not None:
            self._value += data[start:end]
            if len(self._value) > _FIELD_BYTES:
                raise Problem(400, "form")

    def _part_ends(self) -> None:
        self.close()
        if self._value is not None:
            self.fields[self._name] = self._value.decode("utf-8", "replace")
            if len(self.fields) > _FIELDS:
                raise Problem(400, "form")

    def _end(self) -> None:
        self._ended = True


def _explained(act: Callable[[], T]) -> T:
    """Return what `act` gives; a broken form is a problem of the one who sent it."""
    try:
        return act()
    except FormParserError as exc:
        raise Problem(400, "form") from exc
