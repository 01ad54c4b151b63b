"""ZIP archives of tables: each member is read as if it had been sent alone, from memory.

Its sheets are named `member/sheet`. Names that are not marked as UTF-8 were written by Chinese
systems in GBK, whatever the format says: they are read as UTF-8 where they are that, else as
GB18030, and a name that is neither keeps its odd bytes in sight. What operating systems
and office programs leave behind is passed over. A member that cannot be read refuses the archive,
and so does an archive inside the archive: a file is taken whole or not at all.

Decision documents beside the tables are no tables (`papers` reads them). They are told by their
names: word processor files, PDF and pictures always, `.txt` where there is a table of another kind.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Literal

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers.file import File, seekable
from gongshi.readers.kind import Kind, kind_of
from gongshi.readers.piece import Piece
from gongshi.readers.prescan import UNREADABLE, check_members, check_ratio
from gongshi.readers.refusals import bomb, damaged, no_table

_UTF8 = 0x800
"""Flag of a member whose name is UTF-8 (APPNOTE.TXT 4.4.4, bit 11)."""
_LITTER = re.compile(
    r"(?:^|/)(?:__MACOSX/.*|\.[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini)$", re.IGNORECASE
)

_DOCUMENT = re.compile(
    r"\.(?:docx?|docm|dotx?|wpt|wps|rtf|odt|ofd|pdf|jpe?g|png|gif|bmp|tiff?|webp|heic)$",
    re.IGNORECASE,
)
_TEXT = re.compile(r"\.txt$", re.IGNORECASE)
_TABLE = re.compile(
    r"\.(?:csv|tsv|xlsx?|xlsm|xlsb|et|ods|json|jsonl|ndjson|html?|xml)$", re.IGNORECASE
)

Reader = Callable[[Kind, File, ReaderOptions], Iterator[Piece]]
"""Reads a file whose kind is known."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; `name` is what a person calls it."""

    name: str
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:  # noqa: ARG002  that of `File`
        """Return its bytes."""
        return self.archive.open(self.info)


def read(file: File, options: ReaderOptions, reader: Reader) -> Iterator[Piece]:
    """Yield the sheets of all members in pieces.

    Raises:
        FileRefusedError: F03, built to exhaust or deceive; F05, damaged, or an archive inside;
            F10, encrypted; F12, no member is a table; or whatever refuses a member.
    """
    try:
        with seekable(file) as stream, zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            check_members(file, infos, options)
            for info in infos:
                check_ratio(file, info.file_size, info, options)
            found = members(file, archive)
            documents = are_documents(member.name for member in found)
            tables = [member for member in found if member.name not in documents]
            if not tables:
                raise no_table(file, "压缩包里只有文书,没有表格", "the archive holds no table")
            for member in tables:
                yield from _pieces(file, member, options, reader)
    except UNREADABLE as exc:
        raise damaged(file, "压缩包不完整", f"no whole ZIP archive ({type(exc).__name__})") from exc


def members(file: File, archive: zipfile.ZipFile) -> list[Member]:
    """Return what somebody packed, in the order of the archive.

    Raises:
        FileRefusedError: F03, two have the same name; F12, there is none.
    """
    found = [
        Member(name, archive, info)
        for info in archive.infolist()
        if not (name := member_name(info)).endswith("/") and not _LITTER.search(name)
    ]
    if not found:
        raise no_table(
            file, "压缩包里没有文件", "the archive holds no file", todo="请检查压缩步骤。"
        )
    if len({member.name for member in found}) < len(found):
        raise bomb(file, "压缩包里有同名文件", "two members have the same name")
    return found


def are_documents(names: Iterable[str]) -> frozenset[str]:
    """Return which members of an archive are decision documents, by their names.

    >>> sorted(are_documents(["名单.xlsx", "1.docx", "2.txt"])), sorted(are_documents(["1.txt"]))
    (['1.docx', '2.txt'], [])
    """
    names = list(names)
    has_table = any(map(_TABLE.search, names))
    return frozenset(
        name for name in names if _DOCUMENT.search(name) or (has_table and _TEXT.search(name))
    )


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as whoever packed it knows it."""
    if info.flag_bits & _UTF8:
        return info.filename.replace("\\", "/")
    raw = info.filename.encode("cp437", "backslashreplace")
    for codec in ("utf-8", "gb18030"):
        try:
            name = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if name.isprintable():
            return name.replace("\\", "/")
    return raw.decode("ascii", "backslashreplace")


def _pieces(file: File, member: Member, options: ReaderOptions, reader: Reader) -> Iterator[Piece]:
    """Yield the sheets of one member; whatever refuses it refuses the archive, by its name."""
    try:
        kind = kind_of(member)
        for piece in reader(Kind.ARCHIVE if kind is Kind.ZIP else kind, member, options):
            sheet = f"{member.name}/{piece.sheet}" if piece.sheet else member.name
            yield replace(piece, sheet=sheet, member=member.name)
    except FileRefusedError as refusal:
        zh, en = (text.removeprefix(f"{refusal.file}: ") for text in (refusal.zh, refusal.en))
        raise FileRefusedError(
            f"压缩包里的“{member.name}”:{zh}",
            f"{member.name} in the archive: {en}",
            file=file.name,
            rule=refusal.rule,
            todo=refusal.todo,
        ) from refusal
