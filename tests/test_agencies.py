"""Every folder of `ingest/` is complete: its declaration loads, its sample gives what is expected.

To renew the expectations after a deliberate change, and then to read them before they are kept:

    python -m tests.test_agencies
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongshi import table_schema
from gongshi.errors import FormatError
from gongshi.formats import uscc
from gongshi.ingest import load_agencies, read_tables
from gongshi.models import RawTable
from gongshi.validate import Context, validate

ROOT = Path(__file__).resolve().parents[1]
AGENCIES = sorted(path.parent for path in ROOT.glob("ingest/*/agency.yml"))
SCHEMAS = table_schema.load_all(ROOT / "schemas")


def sample_of(folder: Path) -> Path:
    """Return the sample file of an agency; there is exactly one."""
    (sample,) = folder.glob("sample.*")
    return sample


def as_json(table: RawTable) -> dict[str, Any]:
    """Return a raw table as the expectations write it: filled fields only."""
    return {
        "agency": table.source.agency,
        "schema": table.schema,
        "encoding": table.source.encoding,
        "records": [
            {name: value for name, value in record.items() if value != ""}
            for record in table.frame.iter_rows(named=True)
        ],
        "refused": sorted(map(list, table.refused)),
        "findings": [
            {"sheet": each.sheet, "row": each.row, "rule": each.rule, "field": each.field}
            for each in table.findings
        ],
    }


def read_sample(folder: Path) -> dict[str, Any]:
    """Return what the sample of one agency gives, its header alone telling whose it is."""
    agencies = load_agencies(ROOT / "ingest")
    return as_json(read_tables(sample_of(folder), agencies, agency=None, schemas=SCHEMAS))


def test_there_are_agencies() -> None:
    codes = {folder.name for folder in AGENCIES}

    assert {"standard", "standard-list", "standard-event", "cbirc-2022", "cbrc-2017"} <= codes


@pytest.mark.parametrize("folder", AGENCIES, ids=lambda folder: folder.name)
def test_the_sample_gives_what_is_expected(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    found = read_sample(folder)

    assert found == expected


@pytest.mark.parametrize("folder", AGENCIES, ids=lambda folder: folder.name)
def test_every_sample_row_ends_as_taken_or_refused(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    taken = {(record.get("_sheet", ""), record["_row"]) for record in expected["records"]}
    refused = {tuple(row) for row in expected["refused"]}

    assert not taken & refused
    assert refused == {(f["sheet"], f["row"]) for f in expected["findings"] if f["rule"] < "A20"}


def test_the_tutorial_s_table_without_authorities_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "contributor.md").read_text(encoding="utf-8")
    found = re.search(
        r"^```yaml title=ingest/(yi-xian-jt)/agency.yml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    assert found
    (tmp_path / found[1]).mkdir()
    (tmp_path / found[1] / "agency.yml").write_text(found[2], encoding="utf-8")
    file = tmp_path / "a.csv"
    header = "被罚者,信用代码,法人代表,决定书号,案由,经过,依据条款,怎样处罚,何日决定"
    row = "张某某,,,乙县交罚〔2026〕1号,超限,驶过示例桥,《公路法》第七十六条,罚款3000元,2026/4/7"
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")

    agencies = load_agencies(ROOT / "ingest") | load_agencies(tmp_path)
    table = read_tables(file, agencies, agency=None, schemas=SCHEMAS)
    checked = validate(table, SCHEMAS["penalty"], Context(today=date(2026, 4, 8)))

    derived = ["CF_XDR_LB", "CF_CFLB", "CF_NR_FK", "CF_CFJG", "CF_CFJGDM"]
    assert checked.findings == ()
    assert checked.frame.select(derived).rows() == [
        ("自然人", "罚款", "0.3", "乙县交通运输局", "119901230000000010")
    ]


@pytest.mark.parametrize("start", ["91990102MA0ABCDEI", "91990102", ""])
def test_a_check_character_is_given_only_to_what_can_be_a_code(start: str) -> None:
    with pytest.raises(FormatError, match="17"):
        uscc.check_digit(start)


if __name__ == "__main__":
    for home in AGENCIES:
        text = json.dumps(read_sample(home), ensure_ascii=False, indent=1)
        (home / "expected.json").write_text(text + "\n", encoding="utf-8")
