"""A file's codec is proved: real Chinese text is read right, anything else is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.errors import FileRefusedError
from gongshi.readers.decoding import as_utf8
from gongshi.readers.encoding import prove

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
        ("甲,乙\n".encode("gbk"), "gb18030"),
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
    ],
)
def test_a_readable_file_names_its_codec(tmp_path: Path, data: bytes, codec: str) -> None:
    proof = prove(written(tmp_path, data))

    assert proof.encoding == codec
    assert proof.evidence


@pytest.mark.parametrize(
    "data",
    [
        TRADITIONAL.encode("big5"),
        ROWS_OF_ASCII.encode() + TRADITIONAL.encode("big5hkscs"),
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
        "big5",
        "late-big5",
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
    with pytest.raises(FileRefusedError, match="utf-8: 第 3 字节"):
        prove(written(tmp_path, b"abc\xff\xff\xff"))


@given(
    text=st.text(
        st.sampled_from("行政处罚决定书违法事实罚款公司〔2026〕号，。《》,\n1"), max_size=200
    )
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_is_proved_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, codec: str, text: str
) -> None:
    path = written(tmp_path_factory.mktemp("text"), text.encode(codec))

    proof = prove(path)

    assert b"".join(as_utf8(path, proof.encoding)).decode() == text
