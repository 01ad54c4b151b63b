"""Text files as text: strict decoders by name, in stretches.

Two names mean more than the codec of Python's library:

* `big5hkscs` is cp950 (Windows, Taiwan and Hong Kong) with the characters of HKSCS where cp950 has
  none: what is in both is read as Windows and the WHATWG standard read it, 約翰‧史密斯 with U+2027.
  Two hundred pairs (C6A1 to C7F2) have another character in each extension: they are refused.
* `gb18030-2022` is gb18030 with the 25 characters that the editions of 2005 and 2022 moved out of
  the private use area.

Source: GB 18030-2022 table of changes; WHATWG Encoding Standard, index gb18030 and index Big5.
"""

import codecs
import re
from collections.abc import Iterator
from functools import partial

from gongshi.readers.file import File

CHUNK = 1 << 23
"""Bytes read at a time."""

AMENDED = {
    **dict(
        zip(range(0xE78D, 0xE794), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE17)), strict=True)
    ),
    0xE794: 0xFE17,
    0xE795: 0xFE18,
    0xE796: 0xFE19,
    0xE7C7: 0x1E3F,
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
"""Private characters of the edition of 2000, and what they have become."""


_DISPUTED = re.compile("[々\u3041-\u30fe\u0401\u0414-\u0451①-⑩⑴-⑽▓]")
"""What cp950 has at the pairs that HKSCS gives another meaning; nowhere else does it have these."""


def _hkscs(error: UnicodeError) -> tuple[str, int]:
    """Return the HKSCS character where cp950 has none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    try:
        return pair.decode("big5hkscs"), error.start + 2
    except UnicodeDecodeError:
        raise error from None


codecs.register_error("gongshi-hkscs", _hkscs)


class Decoder:
    """A strict decoder that knows where in the file it is."""

    def __init__(self, encoding: str) -> None:
        """Make a decoder at the start of a file."""
        name, errors = {
            "big5hkscs": ("cp950", "gongshi-hkscs"),
            "gb18030-2022": ("gb18030", "strict"),
        }.get(encoding, (encoding, "strict"))
        self.encoding = encoding
        self._decoder = codecs.getincrementaldecoder(name)(errors)
        self._read = 0

    @property
    def pending(self) -> int:
        """How many bytes of an unfinished character wait for the next stretch."""
        return len(self._decoder.getstate()[0])

    @property
    def offset(self) -> int:
        """Where in the file the next text begins."""
        return self._read - self.pending

    def decode(self, chunk: bytes, *, final: bool = False) -> str:
        """Return the text of the next bytes.

        Raises:
            UnicodeDecodeError: `start` counts from the start of the file.
        """
        at = self.offset
        self._read += len(chunk)
        try:
            text = self._decoder.decode(chunk, final=final)
        except UnicodeDecodeError as exc:
            exc.start, exc.end = at + exc.start, at + exc.end
            raise
        if self.encoding == "big5hkscs" and (found := _DISPUTED.search(text)):
            start = at + sum(2 - character.isascii() for character in text[: found.start()])
            raise UnicodeDecodeError("big5", b"", start, start + 2, "a pair with two meanings")
        return text.translate(AMENDED) if self.encoding == "gb18030-2022" else text

    def skip(self, chunk: bytes) -> None:
        """Pass over bytes that stand for themselves."""
        self._read += len(chunk)


def stretches(path: File, size: int = 0) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with path.open("rb") as file:
        yield from iter(partial(file.read, size or CHUNK), b"")


def decoded(path: File, encoding: str) -> Iterator[str]:
    """Yield the text of a file in stretches, strictly decoded.

    Raises:
        UnicodeDecodeError: bytes that the codec does not know.
    """
    decoder = Decoder(encoding)
    for chunk in stretches(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def as_utf8(path: File, encoding: str) -> Iterator[bytes]:
    """Yield a proved file as UTF-8 without byte order mark, in stretches cut anywhere."""
    if encoding == "utf-8":
        yield from stretches(path)
    else:
        yield from (text.encode() for text in decoded(path, encoding))
