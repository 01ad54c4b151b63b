"""Decision documents in an archive, beside the table that they belong to: text out of each.

One that cannot be read does not refuse the archive: it is handed over with the reason, for its row
to be refused.
"""

import re
import zipfile
from collections.abc import Iterator

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers import docx
from gongshi.readers.archive import Member, are_documents, members
from gongshi.readers.decoding import decoded
from gongshi.readers.encoding import prove
from gongshi.readers.file import File, seekable
from gongshi.readers.kind import Kind, kind_of
from gongshi.readers.paper import Paper, unusable
from gongshi.readers.prescan import UNREADABLE, check_members, check_ratio
from gongshi.readers.refusals import damaged, no_reader, too_large

_TEXT = re.compile(r"\.txt$", re.IGNORECASE)
_MOST_BYTES = 64 << 20
_FEWEST = 20
"""Characters of a text below which a document with pictures is a scan."""
_WHAT_IS_READ = "请报送 .docx 或 .txt;旧版 .doc、.wps 请另存为 .docx,扫描件和图片请提供文字版。"
_SCANS = (Kind.IMAGE, Kind.PDF)


def read(file: File, options: ReaderOptions) -> Iterator[Paper]:
    """Yield the documents of an archive in its order.

    Raises:
        FileRefusedError: F03 or F05, as for its tables (`archive.read`).
    """
    try:
        with seekable(file) as stream, zipfile.ZipFile(stream) as archive:
            check_members(file, archive.infolist(), options)
            found = members(file, archive)
            names = are_documents(member.name for member in found)
            for member in found:
                if member.name in names:
                    yield _paper(member, options)
    except UNREADABLE as exc:
        raise damaged(file, "压缩包不完整", f"no whole ZIP archive ({type(exc).__name__})") from exc


def _paper(member: Member, options: ReaderOptions) -> Paper:
    """Return one document with its text, or with the reason why it has none."""
    try:
        check_ratio(member, member.info.file_size, member.info, options)
        if member.info.file_size > _MOST_BYTES:
            zh, en = f"大于 {_MOST_BYTES >> 20} MiB", f"over {_MOST_BYTES >> 20} MiB"
            raise too_large(member, zh, en)
        text, left_out = _text(member, options)
        if len("".join(text.split())) < _FEWEST:
            raise _no_text(member, has_pictures=docx.PICTURES in left_out)
        if len(text) > options.cell_chars:
            zh, en = f"超过 {options.cell_chars} 字", f"over {options.cell_chars} characters"
            raise too_large(member, zh, en)
    except FileRefusedError as refusal:
        return unusable(member.name, refusal)
    return Paper(name=member.name, text=text, left_out=left_out)


def _text(member: Member, options: ReaderOptions) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text of a document and what it leaves out, by what its bytes are."""
    kind = kind_of(member)
    if kind is Kind.TEXT and _TEXT.search(member.name):
        lines = "".join(decoded(member, prove(member).encoding)).lstrip("\ufeff").splitlines()
        return "\n".join(lines), ()
    if kind is Kind.DOCUMENT and member.name.lower().endswith(".docx"):
        return docx.read(member, options)
    if kind in _SCANS:
        raise no_reader(member, "扫描件、图片和 PDF", "scans, images and PDF", todo=_WHAT_IS_READ)
    if kind is Kind.OLE_WORKBOOK:
        zh, en = "旧版 .doc、.wps 或者加密的文档", "old .doc and .wps files, or encrypted documents"
        raise no_reader(member, zh, en, todo=_WHAT_IS_READ)
    if kind is Kind.EMPTY:
        raise damaged(member, "文件是空的", "the file is empty", todo=_WHAT_IS_READ)
    raise no_reader(member, "这种格式的文书", "documents of this kind", todo=_WHAT_IS_READ)


def _no_text(member: Member, *, has_pictures: bool) -> FileRefusedError:
    """Return why a document with hardly any text is not used."""
    if has_pictures:
        zh, en = "只有图片的文档(扫描件)", "documents that are pictures (scans)"
    else:
        zh, en = "几乎没有文字的文档", "documents with hardly any text"
    return no_reader(member, zh, en, todo=_WHAT_IS_READ)
