"""What a file is, by its first bytes; its name is believed only of text that says nothing else."""

import re
import zipfile
from enum import StrEnum

from gongshi.readers.file import File, seekable


class Kind(StrEnum):
    """The kinds of file that have a reader, and those that are refused by name."""

    EMPTY = "empty"
    ZIP_WORKBOOK = "zip workbook"
    OLE_WORKBOOK = "ole workbook"
    ZIP = "zip archive"
    HTML = "html"
    SPREADSHEET_ML = "spreadsheet xml"
    JSON = "json"
    TEXT = "text"
    ARCHIVE = "archive"
    DOCUMENT = "document"
    XML = "xml"
    MHTML = "mhtml"
    PDF = "pdf"
    IMAGE = "image"


_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCUMENT_PARTS = ("word/document.xml", "ppt/presentation.xml")
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE_WORKBOOK),
    (b"\x09\x08", Kind.OLE_WORKBOOK),  # BIFF5 and later without a container
    (b"%PDF", Kind.PDF),
    (b"\x89PNG", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"{\\rtf", Kind.DOCUMENT),
)
_MARKUP = re.compile(
    rb"<(?:!doctype html|html|head|body|meta|title|table|style|div|center|font|p|span|!--)[\s>!-]"
)
_SPREADSHEET_ML = b"urn:schemas-microsoft-com:office:spreadsheet"
_MHTML = re.compile(rb"mime-version:|content-type:\s*multipart/related")
_JSON = re.compile(rb"\[\s*(?:[\[{\"\]0-9-]|true|false|null)|\{\s*[\"}]")
_JSON_NAME = re.compile(r"\.(?:json|jsonl|ndjson)$", re.IGNORECASE)
_HEAD = 4_096


def kind_of(file: File) -> Kind:
    """Return what the file holds; text is what nothing else claims."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        return Kind.EMPTY
    if head.startswith(b"PK"):
        return _zip_kind(file)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _text_kind(file, head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"))


def _text_kind(file: File, plain: bytes) -> Kind:
    """Return what kind of text begins with `plain`, in which UTF-16 has become ASCII."""
    lower = plain.lower()
    if lower.startswith(b"<?xml") or _SPREADSHEET_ML in plain:
        if _SPREADSHEET_ML in plain:
            is_page = b"<html" in lower
            return Kind.HTML if is_page else Kind.SPREADSHEET_ML
        return Kind.HTML if b"<html" in lower else Kind.XML
    if _MARKUP.match(lower):
        return Kind.HTML
    if _MHTML.match(lower):
        return Kind.MHTML
    return Kind.JSON if _JSON.match(plain) or _JSON_NAME.search(file.name) else Kind.TEXT


def _zip_kind(file: File) -> Kind:
    """Tell a workbook from another archive; a damaged one counts as a workbook, to be refused."""
    try:
        with seekable(file) as stream, zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeError):
        return Kind.ZIP_WORKBOOK
    if names.intersection(_WORKBOOK_PARTS):
        return Kind.ZIP_WORKBOOK
    return Kind.DOCUMENT if names.intersection(_DOCUMENT_PARTS) else Kind.ZIP
