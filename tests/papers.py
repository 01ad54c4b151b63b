"""Decision documents made for tests, as XML of Word's own, and archives with a table. Invented."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def run(text: str, properties: str = "") -> str:
    """Return a run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    """Return a paragraph; what is no markup becomes a run."""
    inner = "".join(each if each.startswith("<") else run(each) for each in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def docx(*blocks: str, namespace: str = WORD, before: str = "", **parts: str) -> bytes:
    """Return a document; blocks that are no markup become paragraphs.

    `parts` are further ones under `word/`, by their names without `.xml`.
    """
    inner = "".join(each if each.startswith("<") else paragraph(each) for each in blocks)
    body = f'<w:document xmlns:w="{namespace}" {_SPACES}><w:body>{inner}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("docProps/core.xml", "<c><creator>示例起草人</creator></c>")
        archive.writestr("word/document.xml", before + body)
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return out.getvalue()


def part(name: str, content: str) -> str:
    """Return a part whose root is `name`."""
    return f'<w:{name} xmlns:w="{WORD}" {_SPACES}>{content}</w:{name}>'


def table(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """Return rows as CSV."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """Return an archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path
