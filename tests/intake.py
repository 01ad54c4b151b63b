"""Files as agencies send them, made for tests, and what reading them gives."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import yaml

from gongshi import table_schema
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import RawTable

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = table_schema.load_all(ROOT / "schemas")
AGENCIES = load_agencies(ROOT / "ingest")
PENALTY = SCHEMAS["penalty"]
USUAL = {
    "CF_XDR_MC": "甲市示例食品有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_WSH": "甲市监罚字〔2026〕1号",
    "CF_JDRQ": "2026-03-05",
}
Rows = Sequence[Sequence[object]]


def table_of(*records: dict[str, str]) -> list[list[str]]:
    """Return the standard template, headed by field codes, with these records."""
    lines = [[{**USUAL, **record}.get(name, "") for name in PENALTY.names] for record in records]
    return [list(PENALTY.names), *lines]


def csv_file(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    """Return a CSV file with these rows."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def xlsx_file(path: Path, rows: Rows, *more: tuple[str, Rows, bool]) -> Path:
    """Return a workbook: the first sheet, then others with name, rows and whether hidden."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(list(row))
    for name, others, hidden in more:
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in others:
            sheet.append(list(row))
    workbook.save(path)
    return path


def read(path: Path, agency: str | None = None) -> RawTable:
    """Return what a file gives in the reference site."""
    return read_tables(path, AGENCIES, agency=agency, schemas=SCHEMAS)


def declared(folder: Path, **changes: object) -> Path:
    """Return an agency's folder with the declaration of `standard`, changed."""
    home = folder / "jia-scjg"
    home.mkdir()
    spec = yaml.safe_load((ROOT / "ingest" / "standard" / "agency.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(spec | {"code": "jia-scjg"} | changes, allow_unicode=True)
    (home / "agency.yml").write_text(text, encoding="utf-8")
    return home


ONE = [{"name": "甲市市场监督管理局", "code": "119901010000000014"}]
COLUMNS = {
    "当事人": "CF_XDR_MC",
    "代码": "CF_XDR_SHXYM",
    "负责人": "CF_FRDB",
    "决定书编号": "CF_WSH",
    "处罚决定": "CF_NR",
    "决定日期": "CF_JDRQ",
}
HEADER = list(COLUMNS)
TABLE = {
    "template": False,
    "aliases": {},
    "authorities": ONE,
    "layouts": [
        {
            "name": "公开表",
            "columns": COLUMNS,
        }
    ],
    "kind_words": {"停止接受": "限制开展生产经营活动"},
    "derive": {
        "CF_XDR_LB": "category-from-code",
        "CF_CFLB": "kinds-from-text",
        "CF_NR_FK": "fine-from-text",
        "CF_NR_WFFF": "confiscated-from-text",
        "CF_CFJG": "declared-authority",
    },
}


def of_own_table(folder: Path, rows: Rows, **changes: object) -> RawTable:
    """Return what a table gives that names one party a row and no authority."""
    declared(folder, **(TABLE | changes))
    path = csv_file(folder / "a.csv", rows)
    return read_tables(path, load_agencies(folder), agency="jia-scjg", schemas=SCHEMAS)
