"""Transferred cases: kept, redacted, followed and replayed, and in no byte of what is served."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gongshi.deidentify.layouts import LAYOUTS
from gongshi.site import Site
from tests.licenses import moved, permit
from tests.one_record import doc_no, founded, ids, row, said, shown, told, written
from tests.portal import visiting

DAY, LATER = "2026-03-02", "2026-03-20"
SUSPECT = "11010519491231002X"
"""The example of GB 11643-1999: nobody's."""
CASES = [
    moved(1, PENALTY_DOC_NO=doc_no(1)),
    moved(2, OUTCOME="立案", OUTCOME_ON="2026-02-27", DOCKET="甲公立字〔2026〕7号"),
    moved(
        3,
        PARTY="司马示例",
        PARTY_CATEGORY="自然人",
        USCC="",
        LEGAL_REP="",
        ID_TYPE="身份证",
        ID_NO=SUSPECT,
        FACTS="司马示例(电话13800138000)销售不合格的示例产品。",
    ),
]
MARKS = (
    *("甲市移送", "司马", "甲市监移字", "甲公立字", "甲市公安局", "伪劣产品罪", "case-transfer"),
    *("transfer", "移送案件", "涉嫌犯罪", SUSPECT, "13800138000"),
)
"""What stands in the cases and in nothing else of the site."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("transfers")
    site = founded(root, [row(1, "2026-02-26", CF_CFLB="责令停产停业")], DAY)
    told(site, DAY, "ingest", str(written(root / "许可.csv", [permit(1)])))
    taken = told(site, DAY, "ingest", str(written(root / "移送.csv", CASES)))
    assert taken["files"][0]["taken"] == len(CASES), taken
    told(site, DAY, "publish")
    return site


@pytest.fixture
def site(origin: Path, tmp_path: Path) -> Path:
    shutil.copytree(origin, tmp_path / "site")
    return tmp_path / "site"


def kept(site: Path, columns: str = "*") -> list[dict[str, Any]]:
    """Return the cases of the registry."""
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        conn.row_factory = sqlite3.Row
        query = f"select {columns} from transfers order by doc_no"  # noqa: S608 - our own columns
        return [dict(each) for each in conn.execute(query)]


def leaks(folder: Path) -> list[tuple[str, str]]:
    """Return each file below a folder, or its name, in which something of the cases stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in files}
    return [
        (path.name, mark)
        for path in files
        for mark in MARKS
        if mark.encode() in texts[path] or mark in path.name
    ]


def test_the_registry_keeps_them_redacted(site: Path) -> None:
    cases = kept(site)

    assert [each["outcome"] for each in cases] == ["已移送", "立案", "已移送"]
    assert {
        (each["state"], each["shown"], each["published_on"], each["seq"]) for each in cases
    } == {("accepted", 0, None, None)}
    person = cases[2]
    assert (person["party"], person["uscc"], person["legal_rep"]) == ("司马某某", None, None)
    assert "司马示例" not in person["facts"]
    everything = b"".join(path.read_bytes() for path in (site / "var").rglob("*") if path.is_file())
    assert SUSPECT.encode() not in everything
    assert b"13800138000" not in everything


def test_nothing_of_them_is_in_any_byte_or_answer(site: Path) -> None:
    cases = kept(site)
    assert leaks(site / "build") == []
    told(site, LATER, "publish")
    assert leaks(site / "build") == []

    names = [each["transfer_id"] for each in cases]
    with visiting(Site(site)) as visitor:
        answers = [
            visitor.get(path)
            for path in (
                *("/", "/search?q=移送", "/reports", "/downloads", "/public", "/docs"),
                *("/api/v1/changes", "/api/v1/openapi.json", "/feeds/penalties.atom"),
                *(f"/penalty/{name}" for name in names),
                *(f"/license/{name}" for name in names),
                *(f"/party/{case['uscc']}" for case in cases if case["uscc"]),
                *("/public/transfers", "/public/transfers.json", "/public/transfer_records"),
            )
        ]
    told_of = {mark for answer in answers for mark in MARKS if mark in answer.text}
    assert told_of <= {"transfer"}  # in the addresses that were asked for
    assert {answer.status_code for answer in answers[9:]} == {404}
    assert {answer.status_code for answer in answers[:9]} == {200}


def test_they_make_no_event_no_release_and_no_count(site: Path) -> None:
    before = (site / "build" / "CURRENT").read_text(encoding="ascii")
    more = written(site.parent / "又一批.csv", [moved(9)])

    told(site, DAY, "ingest", str(more))
    released = told(site, DAY, "publish")

    assert (site / "build" / "CURRENT").read_text(encoding="ascii") == before
    assert (released["seq"], released["sealed"]) == (2, False)
    assert len(kept(site)) == len(CASES) + 1


def test_a_later_row_follows_the_case(site: Path) -> None:
    answer = moved(1, PENALTY_DOC_NO=doc_no(1), OUTCOME="判决", OUTCOME_ON=LATER)

    told(site, LATER, "ingest", str(written(site.parent / "结果.csv", [answer])))
    told(site, LATER, "publish")

    (first,) = [each for each in kept(site) if each["doc_no"] == "甲市监移字〔2026〕1号"]
    assert (first["outcome"], first["version"]) == ("判决", 2)
    assert leaks(site / "build") == []  # a result does not publish it either
    assert told(site, LATER, "verify")["ok"]
    assert told(site, LATER, "rebuild")["same"]


def test_the_penalty_of_the_same_case_is_published_as_ever(site: Path) -> None:
    assert doc_no(1) in shown(site)


def test_explain_tells_the_operator_and_events_do_not_touch_it(site: Path) -> None:
    (first, *_) = kept(site)
    name = first["transfer_id"]

    text = said(site, DAY, "explain", name)
    why = ("--reason", "有误", "--basis", "《行政复议法》第七十五条")
    refused = told(site, DAY, "withdraw", name, *why, status=2)

    assert "任何内容都不公示" in text
    assert ids(site)[doc_no(1)] in text
    assert "没有处罚记录" in refused["error"]["zh"]


def test_a_case_that_waits_for_approval_is_no_duty_and_not_told(site: Path) -> None:
    policy = site / "schemas" / "policies" / "approval.yml"
    text = policy.read_text(encoding="utf-8").replace("default: automatic", "default: named")
    policy.write_text(text, encoding="utf-8")

    batch = told(site, DAY, "ingest", str(written(site.parent / "待批.csv", [moved(4)])))
    waiting = told(site, DAY, "due")["actions"]
    told(site, DAY, "approve", batch["files"][0]["batch"], "--by", "李示例")
    told(site, DAY, "publish")

    assert waiting == []
    assert len(kept(site)) == len(CASES) + 1
    assert leaks(site / "build") == []


def test_a_gate_that_was_overridden_for_cases_is_not_told(site: Path) -> None:
    agency = site / "ingest" / "standard-transfer" / "agency.yml"
    text = agency.read_text(encoding="utf-8").replace("rows: [1, 1000000]", "rows: [5, 1000000]")
    agency.write_text(text, encoding="utf-8")
    few = str(written(site.parent / "太少.csv", [moved(5)]))

    told(site, DAY, "ingest", few, status=2)
    passed = ("--override-by", "李示例", "--override-reason", "甲市公安局要求")
    told(site, DAY, "ingest", few, *passed)
    told(site, LATER, "publish")

    assert len(kept(site)) == len(CASES) + 1
    assert leaks(site / "build") == []


def test_verify_finds_a_case_that_somebody_made_public(site: Path) -> None:
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn, conn:
        conn.execute("update transfer_standing set shown = 1, seq = 1 where rid = 1")

    found = told(site, DAY, "verify", status=1)["problems"]

    assert "移送案件" in {each["what"] for each in found}
    told(site, LATER, "publish")
    assert leaks(site / "build") == []


def test_cases_are_erased_when_their_term_has_run(site: Path) -> None:
    gone = told(site, "2031-03-03", "publish")["erased"]

    assert gone["transfers"] == len(CASES)
    assert kept(site) == []
    assert told(site, "2031-03-03", "verify")["ok"]


def test_no_column_of_a_case_is_declared_public() -> None:
    schema = json.loads(
        (Path(__file__).parents[1] / "schemas" / "case-transfer.json").read_text(encoding="utf-8")
    )

    assert {each["x-publicationRange"] for each in schema["fields"]} <= {2, 3}
    assert set(LAYOUTS["case-transfer"].source.values()) <= {
        each["name"] for each in schema["fields"]
    }
