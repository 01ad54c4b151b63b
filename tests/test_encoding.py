"""A file's codec is proved: real Chinese text is read right, anything else is refused."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.errors import FileRefusedError
from gongshi.readers.decoding import as_utf8
from gongshi.readers.encoding import prove
from tests.encoding_corpus import accepted_share, outcomes

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GONGSHI_REAL_DATA", ROOT / "../shared/data"))
TEXT_FILES = frozenset({".csv", ".tsv", ".txt", ".json"})

TEXT = (
    "行政相对人名称,行政处罚决定书文号,违法事实\n"
    "甲市示例食品有限公司,甲市监罚字〔2026〕1号,当事人经营超过保质期的食品，违反《中华人民共和国食品安全法》\n"
    "乙市样本建材有限公司,乙市监罚字〔2026〕2号,当事人销售不合格水泥，没收违法所得并处罚款\n"
)
TRADITIONAL = (
    "公司名稱,處罰決定書,違法事實\n示例食品有限公司,處罰第壹號,當事人經營超過保質期的食品違反規定\n"
)
ROWS_OF_ASCII = "".join(f"{n},A{n},2026-01-02\n" for n in range(5_000))


def written(tmp_path: Path, data: bytes) -> Path:
    """Return a file with these bytes."""
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (b"a,b\n1,2\n", "utf-8"),
        ((ROWS_OF_ASCII + TEXT).encode(), "utf-8"),
        ((ROWS_OF_ASCII + TEXT).encode("gbk"), "gb18030"),
        ("公司名,x\n".encode("gbk"), "gb18030"),
        (TRADITIONAL.encode("cp950"), "big5hkscs"),
        ((ROWS_OF_ASCII + TRADITIONAL).encode("cp950"), "big5hkscs"),
        (f"{TRADITIONAL}啫喱㗎,約翰‧史密斯\n".encode("big5hkscs", "ignore"), "big5hkscs"),
        (TRADITIONAL.encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        ("a,b\n1,2\n".encode("utf-16-be"), "utf-16-be"),
        ("姓名,处罚\n示𬱟,𠮷\n".encode("gb18030"), "gb18030"),
        ("姓名,处罚\n示".encode("gbk") + b"\xfe\x59\n", "gb18030-2022"),
        ("Société,Pénalité\nNoël,é\n".encode(), "utf-8"),
        ("企業・事業場名称,公表日\nサンプル食品株式会社,1\n".encode(), "utf-8"),
    ],
    ids=[
        "utf-8",
        "bom",
        "gbk",
        "gb18030",
        "utf-16",
        "utf-16-be",
        "ascii",
        "late",
        "late-gbk",
        "short",
        "big5",
        "late-big5",
        "hkscs",
        "traditional-gbk",
        "utf-16-le",
        "utf-16-be-bare",
        "utf-16-ascii",
        "four-bytes",
        "amended",
        "latin",
        "japanese",
    ],
)
def test_a_readable_file_names_its_codec(tmp_path: Path, data: bytes, codec: str) -> None:
    proof = prove(written(tmp_path, data))

    assert proof.encoding == codec
    assert proof.evidence


@pytest.mark.parametrize(
    "data",
    [
        "甲,乙\n".encode("gbk"),
        TRADITIONAL.encode("big5") + b"\xc6\xa1,1\n",
        TEXT.encode().decode("gb18030", "ignore").encode(),
        TEXT.encode().decode("latin-1").encode(),
        TEXT.encode("hz"),
        "会社名,処分\nサンプル食品株式会社\n".encode("iso2022_jp"),
        "회사명,처분\n예시식품 주식회사,과태료 처분을 하였다\n".encode("cp949"),
        "会社名,処分\nサンプル食品株式会社,業務停止を命じた\n".encode("shift_jis"),
        TEXT.encode().decode("gb18030", "replace").encode("gb18030"),
        TEXT.encode()[:-40] + TEXT.encode("gbk"),
        TEXT.encode() + b"\xff\xfe\xfd",
        b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"),
        b"a,b\n" + b"\x00" * 100,
        "甲,乙\n".encode() + ("\ue000\ue001" * 40).encode(),
    ],
    ids=[
        "too few",
        "disputed",
        "mojibake in utf-8",
        "latin mojibake",
        "hz",
        "iso-2022",
        "korean",
        "japanese",
        "mojibake",
        "mixed",
        "cut",
        "utf-32",
        "nul",
        "private",
    ],
)
def test_nonsense_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FileRefusedError) as refused:
        prove(written(tmp_path, data))

    assert refused.value.rule == "F04"
    assert "UTF-8" in refused.value.todo


def test_a_refusal_names_the_first_bad_byte(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match=r"utf-8:第 3 字节\(第 1 行\)"):
        prove(written(tmp_path, b"abc\xff\xff\xff"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            (TEXT * 3).encode() + TEXT.encode("gbk") + TEXT.encode(),
            r"多数是 utf-8,第 1020 字节\(第 10 行\)起是 gb18030",
        ),
        (
            (TEXT * 3).encode("gbk") + "处罚决定".encode() + b"\n" + TEXT.encode("gbk"),
            r"多数是 gb18030,第 699 字节\(第 10 行\)起是 utf-8",
        ),
        (
            (TEXT * 3).encode("gbk") + TRADITIONAL.encode("big5") + TEXT.encode("gbk"),
            r"多数是 gb18030,第 699 字节\(第 10 行\)起是 big5hkscs",
        ),
    ],
    ids=["gbk in utf-8", "utf-8 in gbk", "big5 in gbk"],
)
def test_a_mixed_file_is_refused_with_its_line(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(FileRefusedError, match=told):
        prove(written(tmp_path, data))


def test_a_file_cut_within_a_character_is_refused_as_cut(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="最后一个字符不完整"):
        prove(written(tmp_path, (TEXT + "罚").encode("gbk")[:-1]))


def test_characters_that_gb18030_moved_are_read_as_they_are_now(tmp_path: Path) -> None:
    path = written(tmp_path, "姓名,处罚\n示".encode("gbk") + b"\xfe\x59\xa6\xd9\n")

    proof = prove(path)

    assert b"".join(as_utf8(path, proof.encoding)).decode() == "姓名,处罚\n示\u9fb4\ufe10\n"


def test_a_file_full_of_private_characters_is_told_to_use_standard_ones(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="有 5 个自造字"):
        prove(written(tmp_path, TEXT.encode("gbk") + b"\xaa\xa1" * 5))


def test_private_characters_early_in_a_long_file_do_not_refuse_it(tmp_path: Path) -> None:
    data = b"\xaa\xa1\n" + ROWS_OF_ASCII.encode() * 8 + TEXT.encode("gbk") * 30

    assert prove(written(tmp_path, data)).encoding == "gb18030"


def test_private_characters_are_counted_in_the_evidence(tmp_path: Path) -> None:
    proof = prove(written(tmp_path, (TEXT * 30).encode("gbk") + b"\xaa\xa1\n"))

    assert "自造字(私用区)1 个" in proof.evidence


def test_generated_files_are_read_right_or_refused(tmp_path: Path) -> None:
    results = outcomes(tmp_path, sparse=True)

    assert not [key for key in results if key[2] == "WRONG"]
    assert accepted_share(results) >= 0.9


@pytest.mark.prove
def test_all_generated_files_are_read_right_or_refused(tmp_path: Path) -> None:
    results = outcomes(tmp_path, sparse=False)

    assert results.total() >= 1000
    assert not [key for key in results if key[2] == "WRONG"]
    assert accepted_share(results) >= 0.95


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA} (GONGSHI_REAL_DATA)")
def test_every_real_text_file_is_read_right() -> None:
    wrong = []
    for path in sorted(each for each in DATA.rglob("*") if each.suffix in TEXT_FILES):
        data = path.read_bytes()
        try:
            known = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            known = data.decode("gbk")
        if b"".join(as_utf8(path, prove(path).encoding)).decode() != known:
            wrong.append(path.name)

    assert not wrong


COLUMNS = st.sampled_from(["处罚决定书文号", "行政相对人名称", "罚款金额", "处罚机关", "备注"])
IDEOGRAPHS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
PHRASES = st.sampled_from(
    ["甲市示例有限公司", "违反食品安全法", "处罚款一万元", "责令改正", "1", ""]
)
CELLS = st.one_of(PHRASES, st.text(IDEOGRAPHS, max_size=3))


@given(
    head=st.lists(COLUMNS, min_size=2, max_size=4, unique=True),
    table=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=20),
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_random_tables_come_back_equal_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, codec: str, head: list[str], table: list[list[str]]
) -> None:
    text = "".join(",".join(row) + "\n" for row in [head, *table])
    path = written(tmp_path_factory.mktemp("text"), text.encode(codec))

    try:
        proof = prove(path)
    except FileRefusedError:
        assert codec in {"gb18030", "utf-16-le"}
        return

    assert b"".join(as_utf8(path, proof.encoding)).decode() == text


@given(text=st.text(st.sampled_from("處罰決定公司違反規定罰鍰元〔〕，。,\n1"), max_size=200))
def test_random_traditional_text_is_never_read_wrong(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = written(tmp_path_factory.mktemp("text"), text.encode("cp950", "ignore"))

    try:
        proof = prove(path)
    except FileRefusedError:
        return

    assert b"".join(as_utf8(path, proof.encoding)) == path.read_bytes().decode("cp950").encode()
