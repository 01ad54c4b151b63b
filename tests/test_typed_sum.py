"""Sums as clerks type them into a column of 万元: read where certain, refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.errors import FormatError
from gongshi.formats import money, typed_sum

READ = [
    ("0.5", "0.5"), (".5", "0.5"), ("20.00", "20"), ("007", "007"), ("1,000.50", "1000.5"),
    ("１，０００．５０", "1000.5"), ("1 000", "1000"), ("1\u3000000\u3000000元", "100"),
    ("2000元", "0.2"), ("2000元整", "0.2"), ("20万", "20"), ("20万元整", "20"), ("1.2亿", "12000"),
    ("贰拾万元整", "20"), ("贰拾万", "20"), ("人民币贰拾万元整", "20"), ("RMB2000元", "0.2"),
    ("¥2,000.00元", "0.2"), ("￥20万", "20"), ("罚款2000元", "0.2"), ("罚款金额：20万元", "20"),
    ("200000元（贰拾万元整）", "20"), ("人民币200000元(大写：贰拾万元整)", "20"),
    ("2000元5角3分", "0.200053"), ("5角", "0.00005"), ("五角", "0.00005"), ("零元", "0"),
    ("3万5千元", "3.5"), ("1亿2000万元", "12000"), ("5e-05", "0.00005"), ("1E-06", "0.000001"),
    ("0.30000000000000004", "0.3"),
]  # fmt: skip
REFUSED = [
    ("￥2000", "元还是万元"), ("罚款20", "元还是万元"), ("RMB 2,000", "元还是万元"),
    ("二十", "元还是万元"), ("约3万元", "不是确定的数额"), ("20余万元", "不是确定的数额"),
    ("5-10万", "不是确定的数额"), ("500元/人", "不是确定的数额"), ("-5", "负数"),
    ("2万元、3万元", "几个数额"), ("200000元（贰拾伍万元整）", "几个数额"), ("20 30", "千位"),
    ("1,00", "千位"), ("1,2345元", "千位"), ("20万美元", "不是人民币"), ("1E+5", "科学计数法"),
    ("0.001元", "普通数字"), ("0.0000001", "普通数字"), ("2.5e-7", "普通数字"), ("20²", "普通数字"),
    ("没收3万元", "普通数字"), ("12345678901234", "普通数字"), ("", "普通数字"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "wan"), READ)
def test_a_sum_is_read_in_every_form(cell: str, wan: str) -> None:
    assert typed_sum.plain(cell) == wan
    assert typed_sum.fault(cell) is None


@pytest.mark.parametrize(("cell", "why"), REFUSED)
def test_what_could_be_another_sum_is_refused_with_the_reason(cell: str, why: str) -> None:
    with pytest.raises(FormatError):
        typed_sum.plain(cell)

    fault = typed_sum.fault(cell)
    assert fault is not None
    assert why in fault[0]


def test_a_sum_that_says_its_kind_stands_only_in_the_column_of_that_kind() -> None:
    assert typed_sum.plain("没收违法所得3万元", kind="confiscated") == "3"
    assert typed_sum.fault("罚款3万元", kind="confiscated") is not None


@given(st.integers(0, 10**12), st.sampled_from(["", "整", "人民币"]))
def test_a_sum_comes_back_from_each_form(fen: int, behind: str) -> None:
    yuan, cents = divmod(fen, 100)
    wan = money.format_wan(fen)

    forms = (
        wan,
        f"{wan}万元{behind}",
        f"￥{yuan:,}.{cents:02}元{behind}",
        f"{yuan:,}.{cents:02}元".replace(",", " "),
        f"罚款 {yuan}.{cents:02} 元",
    )

    assert [typed_sum.plain(form) for form in forms] == [wan] * len(forms)


@given(st.text(alphabet="0123456789.,万亿千元角分整人民币¥大写()二十 eE-+约没收罚款", max_size=20))
def test_any_text_is_a_plain_sum_or_has_a_fault(cell: str) -> None:
    try:
        found = typed_sum.plain(cell)
    except FormatError:
        assert typed_sum.fault(cell) is not None
    else:
        assert money.parse_wan(found) >= 0
