"""A finding names the column of the cell that it is about, on whichever sheet that stands."""

from pathlib import Path

from gongshi.ingest import load_agencies, read_tables
from gongshi.models import Category, Letters, of_category
from gongshi.validate import Context, validate

from .intake import PENALTY, SCHEMAS, TABLE, declared, read, table_of, xlsx_file
from .penalty_rows import TODAY


def test_letters_are_those_of_the_sheet(tmp_path: Path) -> None:
    header, line = table_of({"CF_XDR_MC": "", "CF_JDRQ": "26-4-5"})
    turned = [header[::-1], line[::-1]]

    table = read(xlsx_file(tmp_path / "a.xlsx", [header, line], ("四月", turned, False)))
    checked = validate(table, PENALTY, Context(today=TODAY))

    wrong = [each for each in checked.findings if each.field in ("CF_XDR_MC", "CF_JDRQ")]
    assert {(each.sheet, each.field, each.column) for each in wrong} == {
        ("Sheet", "CF_XDR_MC", "A"),
        ("Sheet", "CF_JDRQ", "W"),
        ("四月", "CF_XDR_MC", "AE"),
        ("四月", "CF_JDRQ", "I"),
    }


def test_a_spoilt_cell_of_a_second_sheet_is_found_there(tmp_path: Path) -> None:
    header, line = table_of({"CF_NR_FK": "#REF!"})

    table = read(
        xlsx_file(tmp_path / "a.xlsx", table_of({}), ("四月", [header[::-1], line[::-1]], False))
    )

    assert [(each.sheet, each.row, each.column) for each in table.findings] == [("四月", 2, "L")]


PARTY_TABLE = {
    "parties": {"split": ["、"]},
    "layouts": [
        {
            "name": "公开表",
            "columns": {
                "单位名称": "organisation",
                "个人姓名": "person",
                "决定书编号": "CF_WSH",
                "处罚决定": "CF_NR",
                "决定日期": "CF_JDRQ",
            },
        }
    ],
    "derive": {
        "CF_XDR_LB": "category-from-column",
        "CF_CFLB": "kinds-from-text",
        "CF_NR_FK": "fine-from-text",
        "CF_NR_WFFF": "confiscated-from-text",
        "CF_CFJG": "declared-authority",
    },
}
HEADER = ["决定书编号", "个人姓名", "处罚决定", "单位名称", "决定日期"]


def of_parties(folder: Path, *lines: list[str]) -> Path:
    """Return a workbook of a source with columns of organisations and of persons."""
    declared(folder, **(TABLE | PARTY_TABLE))
    return xlsx_file(folder / "a.xlsx", [HEADER, *lines])


def test_a_party_stands_in_the_column_of_its_kind(tmp_path: Path) -> None:
    long_name = "示例" * 120
    path = of_parties(
        tmp_path,
        ["1号", "", "罚款2万元", f"{long_name}公司", "2026-03-05"],
        ["2号", "", "罚款2万元", "甲市示例公司、乙市示例公司", "2026-03-05"],
    )

    raw = read_tables(path, load_agencies(tmp_path), agency="jia-scjg", schemas=SCHEMAS)
    checked = validate(raw, PENALTY, Context(today=TODAY))

    party = [each for each in checked.findings if each.field == "CF_XDR_MC" and each.row == 2]
    assert [(each.rule, each.column) for each in party] == [("S02", "D")]
    assert raw.columns.of("Sheet", "CF_XDR_MC", Category.PERSON) == "B"
    assert raw.columns.of("Sheet", "CF_XDR_MC", Category.ORGANISATION) == "D"


def test_doubts_about_a_person_name_the_column_of_persons(tmp_path: Path) -> None:
    path = of_parties(tmp_path, ["1号", "甲市示例有限公司", "罚款2万元", "", "2026-03-05"])

    raw = read_tables(path, load_agencies(tmp_path), agency="jia-scjg", schemas=SCHEMAS)

    assert [(each.rule, each.field, each.column) for each in raw.findings] == [
        ("A06", "CF_XDR_MC", "B")
    ]


def test_a_sheet_with_persons_alone_has_its_letter_for_any_party() -> None:
    letters = Letters({"表": {"party": "B", of_category("party", Category.PERSON): "B"}})

    assert letters.of("表", "party") == letters.of("表", "party", Category.PERSON) == "B"
    assert letters.of("别的表", "party") == ""
