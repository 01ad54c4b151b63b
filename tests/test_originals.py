"""No public row may hold a number that its decision came with, in any spelling. Invented."""

import pytest

from gongshi.deidentify import deidentify
from gongshi.redaction.masked import digits_of
from tests.test_deidentify import ID, KEY, PERSON, POLICY, checked

SPELLINGS = [
    ID,
    ID.lower(),
    "110105 19491231 002X",
    "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X",
    "110105-19491231-002X",
    "110105—1949—1231—002X",
    "110105.19491231.002X",
    "110105/19491231/002X",
    "（110105）19491231（002X）",
    "１１０１０５１９４９１２３１００２Ｘ",
    "一一零一零五一九四九一二三一零零二X",
    "一一〇一〇五，一九四九一二三一，〇〇二X",
    "壹壹零壹零伍壹玖肆玖壹贰叁壹零零贰X",
    "11010519491231\u200b002X",
    "1101051949\n1231002X",
    "前六位110105，生日部分19491231，末四位002X",
    "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
    "证号是ID11010519491231002X号",
]
CELLS = ["CF_SY", "CF_YJ", "CF_NR", "CF_WFXW", "CF_XDR_MC", "CF_CFJG"]


def dense(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_identity_number_in_any_spelling_is_masked_or_its_row_refused(
    spelling: str, cell: str
) -> None:
    row = PERSON | {cell: f"{PERSON[cell]}，{spelling}。"}

    result = deidentify(checked(row), POLICY, KEY)

    for public in result.table.frame.iter_rows(named=True):
        texts = [str(value) for value in public.values() if value]
        assert not any(dense(spelling).upper() in dense(text).upper() for text in texts)
        assert "19491231" not in "".join(digit for text in texts for digit in digits_of(text))


@pytest.mark.parametrize("cut", range(4, 15))
def test_a_number_divided_over_two_cells_refuses_the_row_unless_a_piece_was_masked(
    cut: int,
) -> None:
    row = PERSON | {"CF_SY": f"编码前段{ID[:cut]}", "CF_NR": f"后段{ID[cut:]}，罚款2000元"}

    result = deidentify(checked(row), POLICY, KEY)

    refused = {finding.rule for finding in result.findings if finding.severity == "error"}
    masked = all(ID[cut:] not in str(public) for public in result.table.frame.iter_rows())
    assert refused == {"V20"} if result.table.frame.is_empty() else masked


def test_what_was_masked_in_one_row_is_found_in_another_of_its_decision() -> None:
    one = PERSON | {"CF_SY": "投诉人电话0571-87654321。"}
    other = PERSON | {"CF_XDR_MC": "李四海", "CF_XDR_ZJHM": "", "CF_SY": "见证：057187654321。"}

    result = deidentify(checked(one, other), POLICY, KEY)

    assert all("87654321" not in str(row) for row in result.table.frame.iter_rows())


def test_the_keyed_values_are_those_of_what_was_taken_away_and_show_nothing() -> None:
    result = deidentify(checked(PERSON), POLICY, KEY)

    assert result.numbers == {KEY.of_number(ID[:17]), KEY.of_number("13800138000")}
    assert all(number not in repr(result) for number in result.numbers)


def test_clean_rows_are_not_refused_for_numbers_that_look_alike() -> None:
    row = PERSON | {"CF_SY": "批号19491231，货值110105元，案号〔2023〕002号，条码6901234567892。"}

    assert deidentify(checked(row), POLICY, KEY).table.frame.height == 1
