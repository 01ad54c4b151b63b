"""What a file is, by its first bytes; its name is not believed."""

import zipfile
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """The kinds of file that have a reader, and those that are refused by name."""

    EMPTY = "empty"
    ZIP_WORKBOOK = "zip workbook"
    OLE_WORKBOOK = "ole workbook"
    ARCHIVE = "archive"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"


_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
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
)
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta", b"<?xml")


def kind_of(path: Path) -> Kind:
    """Return what the file holds; text is what nothing else claims."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        return Kind.EMPTY
    if head.startswith(b"PK"):
        return _zip_kind(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if plain.lower().startswith(_MARKUP):
        return Kind.HTML
    return Kind.JSON if plain[:1] in (b"{", b"[") and b'"' in plain else Kind.TEXT


def _zip_kind(path: Path) -> Kind:
    """Tell a workbook from another archive; a damaged one counts as a workbook, to be refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return Kind.ZIP_WORKBOOK
    return Kind.ZIP_WORKBOOK if names.intersection(_WORKBOOK_PARTS) else Kind.ARCHIVE
