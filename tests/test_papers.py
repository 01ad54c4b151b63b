"""Decision documents: what is printed is read, what is hidden never, what is unclear refused."""

import io
import zipfile
from pathlib import Path

import pytest

from gongshi.declarations.agency import ReaderOptions
from gongshi.readers import papers_of
from gongshi.readers.child import contents
from gongshi.readers.paper import Paper
from tests.papers import STRICT, docx, packed, paragraph, part, run

OPTIONS = ReaderOptions(seconds=30, memory_mib=1024)
TITLE = "甲市市场监督管理局行政处罚决定书"
LINE = "当事人经营过期糕点，处罚款人民币贰万元整。"
CSV = "文号,名称\n甲市监罚〔2026〕1号,甲市示例商贸有限公司\n".encode()
UNSEEN_WORDS = "赵示例私下所记"


def read(tmp_path: Path, name: str, data: bytes, options: ReaderOptions = OPTIONS) -> Paper:
    """Return one document beside a table, read in this process."""
    (found,) = papers_of(packed(tmp_path / "a.zip", {"表.csv": CSV, name: data}), options)
    return found


def test_paragraphs_are_lines_and_tables_are_rows(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("品名", "数量"))
    document = docx(TITLE, f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>", LINE)

    found = read(tmp_path, "1.docx", document)

    assert found.text == f"{TITLE}\n品名\u3000数量\n{LINE}"
    assert (found.left_out, found.zh) == ((), "")


def boxed(text: str) -> str:
    """Return a text box as Word writes it: twice, for new and for old programs."""
    inner = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK 赵示例</w:instrText>'
    '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
PRINTED = [
    ("a line break", paragraph("前", "<w:r><w:br/></w:r>", "后"), "前\n后"),
    ("a tab", paragraph("前", "<w:r><w:tab/></w:r>", "后"), "前 后"),
    ("a link", paragraph("<w:hyperlink>" + run("网址") + "</w:hyperlink>"), "网址"),
    ("the result of a field", paragraph(FIELD, "结果"), "结果"),
    (
        "a content control",
        f"<w:sdt><w:sdtContent>{paragraph('控件')}</w:sdtContent></w:sdt>",
        "控件",
    ),
    ("a formula", paragraph("<m:oMath><m:r><m:t>3</m:t></m:r></m:oMath>"), "3"),
    ("a text box, once", paragraph("文", boxed("红头")), "文\n红头"),
    ("a hyphen", paragraph("<w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t></w:r>"), "1-2"),
    ("a sign of a font", paragraph('<w:r><w:sym w:char="F0FC"/></w:r>'), "\u3013"),
    ("switched-off hiding", paragraph(run("可见", '<w:vanish w:val="0"/>')), "可见"),
    (
        "a word with its reading",
        paragraph(
            f"<w:r><w:ruby><w:rt>{run('jiǎ')}</w:rt>"
            f"<w:rubyBase>{run('甲')}</w:rubyBase></w:ruby></w:r>"
        ),
        "甲",
    ),
]


@pytest.mark.parametrize(
    ("block", "text"), [case[1:] for case in PRINTED], ids=[c[0] for c in PRINTED]
)
def test_what_is_printed_is_read(tmp_path: Path, block: str, text: str) -> None:
    found = read(tmp_path, "1.docx", docx(TITLE, block, LINE))

    assert found.text == f"{TITLE}\n{text}\n{LINE}"


STYLES = part(
    "styles",
    '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Note"><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Para"><w:rPr><w:vanish/></w:rPr></w:style>',
)
NOTE_STYLE, PARA_STYLE = '<w:rStyle w:val="Note"/>', '<w:pStyle w:val="Para"/>'
REMARK = part("comments", f"<w:comment>{paragraph(UNSEEN_WORDS)}</w:comment>")
HEADER = part("hdr", paragraph(UNSEEN_WORDS))
MARKED = paragraph('<w:r><w:commentReference w:id="0"/></w:r>')
PICTURE = paragraph("<w:r><w:drawing><a:blip/></w:drawing></w:r>")
HIDDEN = paragraph(run(UNSEEN_WORDS, "<w:vanish/>"))
STYLED = paragraph(run(UNSEEN_WORDS, NOTE_STYLE))
WHOLE = paragraph(UNSEEN_WORDS, properties=PARA_STYLE)
UNSEEN = [
    ("hidden words", {}, HIDDEN, "隐藏文字"),
    ("words of a hidden style", {"styles": STYLES}, STYLED, "隐藏文字"),
    ("a hidden paragraph", {"styles": STYLES}, WHOLE, "隐藏文字"),
    ("a comment", {"comments": REMARK}, MARKED, "批注"),
    ("a header", {"header1": HEADER}, "", "页眉页脚"),
    ("a picture", {}, PICTURE, "图片(印章、签名或照片)"),
]


@pytest.mark.parametrize(
    ("parts", "block", "what"), [c[1:] for c in UNSEEN], ids=[c[0] for c in UNSEEN]
)
def test_what_is_not_printed_is_left_out_and_named(
    tmp_path: Path, parts: dict[str, str], block: str, what: str
) -> None:
    found = read(tmp_path, "1.docx", docx(TITLE, block or "<w:p/>", LINE, **parts))

    assert found.text.replace("\n", "") == TITLE + LINE
    assert UNSEEN_WORDS not in repr(found.about)
    assert [zh for zh, _ in found.left_out] == [what]


def test_page_numbers_and_properties_are_nothing_to_tell(tmp_path: Path) -> None:
    footer = part("ftr", paragraph("第 ", "<w:r><w:instrText>PAGE</w:instrText></w:r>", "1 页"))

    found = read(tmp_path, "1.docx", docx(TITLE, LINE, footer1=footer))

    assert found.left_out == ()
    assert "示例起草人" not in repr(found.about)


GONE = f"<w:del><w:r><w:delText>{UNSEEN_WORDS}</w:delText></w:r></w:del>"
LISTED = '<w:numPr><w:numId w:val="9"/></w:numPr>'
UNCLEAR = [
    ("an insertion", paragraph(f"<w:ins>{run('新')}</w:ins>"), "修订"),
    ("a deletion", paragraph(GONE), "修订"),
    ("a moved passage", paragraph(f"<w:moveFrom>{run(UNSEEN_WORDS)}</w:moveFrom>"), "修订"),
    ("a deleted paragraph mark", paragraph(LINE, properties="<w:rPr><w:del/></w:rPr>"), "修订"),
    ("words struck through", paragraph(run(UNSEEN_WORDS, "<w:strike/>")), "删除线"),
    ("white words", paragraph(run(UNSEEN_WORDS, '<w:color w:val="ffffff"/>')), "看不见"),
    ("tiny words", paragraph(run(UNSEEN_WORDS, '<w:sz w:val="2"/>')), "看不见"),
    ("a footnote", paragraph('<w:r><w:footnoteReference w:id="1"/></w:r>'), "脚注"),
    ("an embedded document", '<w:altChunk r="x"/>', "嵌入"),
    ("an embedded object", paragraph("<w:r><w:object/></w:r>"), "嵌入"),
    ("an unknown list", paragraph(LINE, properties=LISTED), "自动编号"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "why"), [c[1:] for c in UNCLEAR], ids=[c[0] for c in UNCLEAR])
def test_a_document_whose_served_text_is_not_known_is_refused(
    tmp_path: Path, block: str, why: str
) -> None:
    found = read(tmp_path, "1.docx", docx(TITLE, block, LINE))

    assert found.text == ""
    assert why in found.zh
    assert found.en
    assert found.todo
    assert UNSEEN_WORDS not in repr(found.about)


def level(at: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "decimal", "%1.%2 ")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="10"/></w:lvlOverride></w:num>',
)


def numbered(text: str, which: int = 1, at: int = 0) -> str:
    numbers = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{which}"/></w:numPr>'
    return paragraph(text, properties=numbers)


def test_automatic_numbers_are_read_as_they_are_printed(tmp_path: Path) -> None:
    blocks = [numbered("甲"), numbered("乙", at=1), numbered("丙", at=1), numbered("丁"),
              numbered("戊", at=1), numbered("己", which=2), numbered("庚", which=0)]  # fmt: skip

    found = read(tmp_path, "1.docx", docx(TITLE, *blocks, LINE, numbering=NUMBERING))

    printed = "一、甲\n一.1 乙\n一.2 丙\n二、丁\n二.1 戊\n十、己\n庚"
    assert found.text == f"{TITLE}\n{printed}\n{LINE}"


def test_the_strict_edition_of_the_format_is_read(tmp_path: Path) -> None:
    plain = docx(TITLE, LINE, namespace=STRICT)
    tracked = docx(TITLE, paragraph(f"<w:ins>{run(LINE)}</w:ins>"), namespace=STRICT)

    assert read(tmp_path, "1.docx", plain).text == f"{TITLE}\n{LINE}"
    assert "修订" in read(tmp_path, "1.docx", tracked).zh


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_the_encodings_of_tables(tmp_path: Path, codec: str) -> None:
    found = read(tmp_path, "文书/1.TXT", f"{TITLE}\r\n{LINE}\r\n{LINE}".encode(codec))

    assert (found.name, found.text) == ("文书/1.TXT", f"{TITLE}\n{LINE}\n{LINE}")


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


BODY = "word/document.xml"
LAUGHS = '<!DOCTYPE w [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'
DEEP = b"<w:p xmlns:w='w'>" * 3000
BROKEN = [
    ("cut.docx", docx(TITLE, LINE)[:-40], "不能|不是|不受理"),
    ("no-body.docx", zipped({BODY: b"<w:document xmlns:w='w'/>"}), "正文"),
    ("no-xml.docx", zipped({BODY: b"<w:document"}), "XML"),
    ("deep.docx", zipped({BODY: DEEP}), "XML"),
    ("entities.docx", docx(TITLE, LINE, before=LAUGHS), "DTD"),
    ("bomb.docx", zipped({BODY: b"<w:document>" + b" " * (33 << 20)}), "MiB"),
    ("macro.docx", zipped({BODY: b"<w/>", "word/vbaProject.bin": b"x"}), "宏"),
    ("escape.docx", zipped({BODY: b"<w/>", "../x": b"x"}), "越出"),
    ("inner-zip.docx", zipped({"a.txt": b"x"}), "格式"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧版"),
    ("scan.pdf", b"%PDF-1.7", "扫描件"),
    ("scan.jpg", b"\xff\xd8\xff\xe0", "扫描件"),
    ("picture.docx", docx(paragraph("<w:r><w:drawing><a:blip/></w:drawing></w:r>")), "扫描件"),
    ("empty.docx", b"", "空"),
    ("empty-text.txt", b"", "空"),
    ("short.txt", "决定书".encode(), "文字"),
    ("odd.txt", TITLE.encode() + b"\xff\xfe\x81" + LINE.encode(), "编码|乱码|GB"),
    ("note.rtf", b"{\\rtf1 x}", "格式"),
    ("long.txt", (LINE * 6000).encode(), "100000"),
]


@pytest.mark.parametrize(("name", "data", "why"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_bad_document_says_why_and_does_not_stop_the_others(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    good = docx(TITLE, LINE)
    path = packed(tmp_path / "a.zip", {"表.csv": CSV, name: data, "好.docx": good})

    bad, read_well = papers_of(path, OPTIONS)

    assert (bad.text, read_well.text) == ("", f"{TITLE}\n{LINE}")
    assert any(word in bad.zh for word in why.split("|")), bad.zh
    assert bad.en


def test_documents_come_from_the_child_after_the_tables(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"1.docx": docx(TITLE, LINE), "表.csv": CSV})

    *tables, document = contents(path, OPTIONS)

    assert not any(isinstance(table, Paper) for table in tables)
    assert document == Paper(name="1.docx", text=f"{TITLE}\n{LINE}")
