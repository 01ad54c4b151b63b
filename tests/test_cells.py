"""What cells become: rewritten where their meaning is certain, refused where it is lost."""

from pathlib import Path

from .intake import csv_file, read, table_of

REWRITTEN = [
    ("CF_JDRQ", "2026年4月5日", "2026-04-05"),
    ("CF_JDRQ", "2026/4/5", "2026-04-05"),
    ("CF_JDRQ", "20260405", "2026-04-05"),
    ("CF_JDRQ", "二〇二六年四月五日", "2026-04-05"),
    ("CF_JDRQ", "2026-02-30", "2026-02-30"),
    ("CF_JDRQ", "下周", "下周"),
    ("CF_NR_FK", "0.5", "0.5"),
    ("CF_NR_FK", "1,000.50", "1000.5"),
    ("CF_NR_FK", "2000元", "0.2"),
    ("CF_NR_FK", "20万元", "20"),
    ("CF_NR_FK", "贰拾万元整", "20"),
    ("CF_NR_FK", "0.30000000000000004", "0.3"),
    ("CF_NR_FK", "约3万元", "约3万元"),
    ("CF_NR_FK", "1,00", "1,00"),
    ("CF_NR_FK", "-5", "-5"),
    ("CF_XDR_SHXYM", "\uff19\uff11990101000000011w ", "91990101000000011W"),
    ("CF_FRDB", "——", ""),
    ("CF_FRDB", "无", ""),
    ("CF_XDR_MC", "/", "/"),
    ("CF_XDR_MC", "示例\u200b商贸\u3000", "示例商贸"),
    ("CF_SY", "一、甲\r\n\r\n  二、乙", "一、甲\n二、乙"),
    ("CF_WSH", "（甲市监罚字〔2026〕 1号）", "（甲市监罚字〔2026〕 1号）"),
    ("BZ", "-", ""),
]
SPOILT = [
    ("CF_XDR_SHXYM", "9.19901E+17", "A03"),
    ("CF_XDR_ZJHM", "1.10105199001011E+17", "A03"),
    ("CF_NR_FK", "#DIV/0!", "A02"),
    ("CF_XDR_MC", "#N/A", "A02"),
    ("BZ", "=HYPERLINK(1)", "A04"),
    ("CF_XDR_MC", "@示例", "A04"),
    ("CF_SY", "当事人�营", "A12"),
]


def test_only_what_is_certain_is_rewritten(tmp_path: Path) -> None:
    rows = table_of(*({field: text} for field, text, _ in REWRITTEN))

    table = read(csv_file(tmp_path / "a.csv", rows))

    found = [
        (field, text, row[field])
        for (field, text, _), row in zip(REWRITTEN, table.frame.iter_rows(named=True), strict=True)
    ]
    assert found == REWRITTEN
    assert not table.findings


def test_spoilt_cells_refuse_their_row(tmp_path: Path) -> None:
    rows = table_of(*({field: text} for field, text, _ in SPOILT))

    table = read(csv_file(tmp_path / "a.csv", rows))

    assert [(each.row - 2, each.field, each.rule) for each in table.findings] == [
        (number, field, rule) for number, (field, _, rule) in enumerate(SPOILT)
    ]
    assert table.frame.is_empty()


def test_findings_never_quote_a_cell(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", table_of({"CF_XDR_ZJHM": "1.10105199001011E+17"}))

    table = read(path)

    assert table.refused == {("", 2)}
    assert all("1.1010" not in each.message + each.value for each in table.findings)
    assert table.findings[0].column == "M"
