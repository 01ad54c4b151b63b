"""Word documents (.docx) as the text that a reader of the printed page sees, or not at all.

What is printed is read: paragraphs, tables, text boxes, automatic numbers, the results of fields.
What is not printed is never read: deleted and hidden words, comments, field codes, properties.
Pictures, headers and footers are left out and named. Where it cannot be told which text was served
the document is refused: changes that are tracked, words struck through or too faint to see,
footnotes, embedded documents. Of the parts only those named here are opened.

Source: ECMA-376 part 1, 17 (WordprocessingML) and part 3 (Markup Compatibility).
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers.docx_numbers import Numbers, Styles, attribute, numbers_of, styles_of
from gongshi.readers.file import File, seekable
from gongshi.readers.prescan import UNREADABLE, check_members
from gongshi.readers.refusals import damaged, no_reader, too_large

BODY = "word/document.xml"
_PARTS = (BODY, "word/styles.xml", "word/numbering.xml")
_FRAME = re.compile(r"word/(?:header|footer)[0-9]*\.xml")
_MOST_BYTES = 32 << 20
"""Of one part, unpacked. A decision of a hundred pages has about two million."""
_SAVE_AS = "请在 Word 或 WPS 中处理后另存为 .docx,或者另存为纯文本 .txt,再报送。"

COMMENTS = ("批注", "comments")
HIDDEN = ("隐藏文字", "hidden text")
PICTURES = ("图片(印章、签名或照片)", "pictures")
FRAME = ("页眉页脚", "headers and footers")

_REFUSED = {
    **dict.fromkeys(
        ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"),
        ("含有未处理的修订", "it has tracked changes", "请接受或拒绝全部修订后保存,再报送。"),
    ),
    **dict.fromkeys(
        ("footnoteReference", "endnoteReference"),
        ("含有脚注或尾注", "it has footnotes or endnotes", "请把注释并入正文后保存,再报送。"),
    ),
    **dict.fromkeys(
        ("altChunk", "object", "subDoc"),
        ("嵌入了其他文件", "another document is embedded in it", "请把嵌入的内容改成正文,再报送。"),
    ),
}
"""Elements after which it is not known what text was served: what they are, and what to do."""
_STRUCK = ("含有删除线", "words are struck through", "请删去划线的文字或取消删除线后保存,再报送。")
_FAINT = (
    "含有看不见的文字(白色或极小的字)",
    "words are white or too small to see",
    "请删去看不见的文字后保存,再报送。",
)
_AROUND = frozenset(
    {
        *("hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo"),
        *("ruby", "rubyBase"),
    }
)
"""Elements within a paragraph whose content is part of it."""
_BLOCKS = frozenset({"sdt", "sdtContent", "customXml"})
_SIGNS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_BETWEEN_CELLS = "\u3000"
_UNKNOWN_SIGN = "\u3013"
"""〓, the mark of printers for a character that is not in the case."""
_PRIVATE = range(0xE000, 0xF900)
_PAGE_NUMBER = re.compile(r"[\s0-9第页共/\-\u2013\u2014·]|PAGE|NUMPAGES|MERGEFORMAT|[*\\]")


def read(file: File, options: ReaderOptions) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text of a document, a line for each paragraph, and what it leaves out.

    Raises:
        FileRefusedError: F02, too large; F03, built to exhaust or deceive; F05, damaged, or with
            something in it after which the served text is not known; F10, encrypted.
    """
    try:
        with seekable(file) as stream, zipfile.ZipFile(stream) as archive:
            check_members(file, archive.infolist(), options)
            document = _Document(file, archive)
            lines = document.lines()
            return "\n".join(lines).strip("\n"), document.left_out()
    except UNREADABLE as exc:
        raise _damaged(file, "不是完整的 .docx", f"no whole .docx ({type(exc).__name__})") from exc


def _damaged(file: File, zh: str, en: str) -> FileRefusedError:
    return damaged(file, zh, en, todo=_SAVE_AS)


@dataclass(slots=True)
class _Document:
    """One document that is being read; `seen` collects what is left out."""

    file: File
    archive: zipfile.ZipFile
    seen: set[tuple[str, str]] = field(default_factory=set)
    styles: Styles = field(default_factory=Styles)
    numbers: Numbers = field(default_factory=Numbers)

    def lines(self) -> list[str]:
        """Return the lines of the body."""
        names = self.archive.namelist()
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise no_reader(self.file, "含有宏的文档", "documents with macros", todo=_SAVE_AS)
        document, styles, numbering = (self._part(name) for name in _PARTS)
        body = None if document is None else document.find("{*}body")
        if body is None:
            raise _damaged(self.file, "没有正文部件", "it has no body")
        self.styles = styles_of(styles)
        self.numbers = numbers_of(numbering, self.styles)
        self._look_over(body)
        for name in filter(_FRAME.fullmatch, names):
            part = self._part(name)
            if part is not None and _PAGE_NUMBER.sub("", "".join(part.itertext())):
                self.seen.add(FRAME)
        return [line for block in body for line in self._blocks(block)]

    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Return what was seen and not read."""
        return tuple(sorted(self.seen))

    def _part(self, name: str) -> etree._Element | None:
        """Return one part as a tree, None where there is none."""
        if name not in self.archive.namelist():
            return None
        with self.archive.open(name) as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            zh, en = f"正文超过 {_MOST_BYTES >> 20} MiB", f"over {_MOST_BYTES >> 20} MiB of text"
            raise too_large(self.file, zh, en)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
            remove_pis=True,
        )  # fmt: skip
        try:
            tree = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as exc:
            raise _damaged(self.file, "正文不是有效的 XML", "its body is no valid XML") from exc
        if tree.getroottree().docinfo.doctype:
            raise _damaged(self.file, "含有文档类型声明(DTD)", "it declares a document type")
        return tree

    def _look_over(self, body: etree._Element) -> None:
        """Refuse what leaves the served text unknown; note what is left out."""
        for element in body.iter(etree.Element):
            name = _local(element)
            if name in _REFUSED and _is_of_word(element):
                raise self._unclear(_REFUSED[name])
            if name in {"commentReference", "commentRangeStart"}:
                self.seen.add(COMMENTS)
            elif name in {"blip", "imagedata"}:
                self.seen.add(PICTURES)

    def _unclear(self, why: tuple[str, str, str]) -> FileRefusedError:
        zh, en, todo = why
        return no_reader(self.file, zh + "的文档", f"documents of which {en}", todo=todo)

    def _blocks(self, element: etree._Element) -> Iterator[str]:
        """Yield the lines of a paragraph, a table, or what holds such."""
        name = _local(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from self._table(element)
        elif name in _BLOCKS:
            for child in element:
                yield from self._blocks(child)
        elif name == "AlternateContent":
            for child in _chosen(element):
                yield from self._blocks(child)

    def _table(self, table: etree._Element) -> Iterator[str]:
        """Yield a line for each row; the lines of a cell follow each other in it."""
        for row in table.iter("{*}tr"):
            if next(row.iterancestors("{*}tbl")) is not table:
                continue
            cells = [cell for cell in row.iter("{*}tc") if next(cell.iterancestors("{*}tr")) is row]
            texts = (
                " ".join(line for block in cell for line in self._blocks(block)) for cell in cells
            )
            yield _BETWEEN_CELLS.join(texts).strip()

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        """Yield the lines of a paragraph, then those of the text boxes that hang on it."""
        boxes: list[str] = []
        number = self._number(paragraph)
        text = "".join(self._inline(paragraph, boxes))
        yield from (number + text).split("\n")
        yield from boxes

    def _number(self, paragraph: etree._Element) -> str:
        """Return the automatic number of a paragraph."""
        number = self.numbers.of(paragraph)
        if number is None:
            zh, en = "含有本系统不能还原的自动编号", "its automatic numbers are of an unknown kind"
            raise self._unclear((zh, en, "请把自动编号转换为文字,或者另存为纯文本 .txt,再报送。"))
        return number

    def _inline(self, element: etree._Element, boxes: list[str]) -> Iterator[str]:
        """Yield the text of what stands in a paragraph."""
        for child in element:
            name = _local(child)
            if name == "r":
                yield from self._run(child, boxes)
            elif name in _AROUND:
                yield from self._inline(child, boxes)
            elif name == "AlternateContent":
                for part in _chosen(child):
                    yield from self._inline(part, boxes)
            elif name in {"oMath", "oMathPara"}:
                yield from (each.text or "" for each in child.iter("{*}t"))

    def _run(self, run: etree._Element, boxes: list[str]) -> Iterator[str]:
        """Yield the text of a run, unless it is hidden."""
        look = self.styles.look(run)
        if look.hidden:
            self.seen.add(HIDDEN)
            return
        text = "".join(self._signs(run, boxes))
        if text.strip() and (look.struck or look.faint):
            raise self._unclear(_STRUCK if look.struck else _FAINT)
        yield text

    def _signs(self, run: etree._Element, boxes: list[str]) -> Iterator[str]:
        """Yield the characters of a run."""
        for child in run:
            name = _local(child)
            if name == "t":
                yield (child.text or "").replace("\n", " ")
            elif name == "sym":
                yield _symbol(attribute(child, "char"))
            elif name in {"ruby", "rubyBase"}:
                yield from self._inline(child, boxes)
            elif name in {"drawing", "pict", "AlternateContent"}:
                boxes += self._boxes(child)
            else:
                yield _SIGNS.get(name, "")

    def _boxes(self, drawing: etree._Element) -> Iterator[str]:
        """Yield the lines of the text boxes in a drawing, each once."""
        roots = _chosen(drawing) if _local(drawing) == "AlternateContent" else [drawing]
        for root in roots:
            if _local(root) == "txbxContent":
                for block in root:
                    yield from self._blocks(block)
            else:
                for child in root:
                    yield from self._boxes(child)


def _local(element: etree._Element) -> str:
    """Return the name of an element without its namespace, which two editions spell differently."""
    return str(etree.QName(element).localname)


def _is_of_word(element: etree._Element) -> bool:
    """Say whether an element is WordprocessingML, of either edition."""
    return "wordprocessingml" in (etree.QName(element).namespace or "")


def _chosen(alternatives: etree._Element) -> list[etree._Element]:
    """Return the content of the first alternative, which newer programs show."""
    return list(alternatives[0]) if len(alternatives) else []


def _symbol(code: str) -> str:
    """Return the character of a symbol, 〓 where only its font knows it."""
    try:
        point = int(code, 16)
        return _UNKNOWN_SIGN if point in _PRIVATE else chr(point)
    except ValueError:
        return _UNKNOWN_SIGN
