"""The full text of decisions, the whole way: with its row in, redacted, published, corrected, gone.

Everything is invented. The served text is what the document says; the public text must equal it
but for the spans of the redaction log.
"""

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import pipeline, reviewing, upkeep
from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.full_text_policy import FullTextPolicy, publishes
from gongshi.errors import FileRefusedError, SpecError
from gongshi.formats import identity_no
from gongshi.leak_scan import scan_tree
from gongshi.report import FileReport
from gongshi.review import Decision as Ruling
from gongshi.review import Verdict
from gongshi.site import Site, create
from tests.papers import docx, packed, paragraph, run, table
from tests.portal import visiting
from tests.test_withdrawals_leave_nothing import Decision, written

TODAY, LATER = date(2026, 3, 10), date(2026, 4, 10)
FIRST, SECOND = Decision(1, "撤销"), Decision(2, "")
FIRST17 = "11010519491231007"
IDENTITY = FIRST17 + identity_no.check_digit(FIRST17)


def words(decision: Decision, *more: str) -> list[str]:
    """Return the paragraphs of an invented decision with persons in it."""
    return [
        "甲市市场监督管理局",
        "行 政 处 罚 决 定 书",
        decision.doc_no.replace("〔", "[").replace("〕", "]"),
        f"当事人：{decision.party}",
        f"法定代表人：张某甲　　身份证号码：{IDENTITY}",
        f"证人李四光称，当事人经营过期{decision.word}糕点。李四光，联系电话：13800138000。",
        "依据《中华人民共和国食品安全法》第一百二十四条，处罚款20000元。",
        *more,
    ]


def text_of(decision: Decision, *more: str) -> str:
    return "\n".join(words(decision, *more))


@dataclass
class Office:
    """A site, and the archives that its only agency sends."""

    site: Site
    folder: Path
    sent: int = 0

    def send(
        self,
        rows: list[dict[str, str]],
        documents: Mapping[str, bytes],
        *,
        agency: str | None = "standard",
        day: date = TODAY,
    ) -> FileReport:
        """Take in an archive of a table and documents."""
        self.sent += 1
        members = {"名单.csv": table(rows), **documents}
        path = packed(self.folder / f"报送{self.sent}.zip", members)
        (told,) = pipeline.ingest(pipeline.open_desk(self.site, agency=agency, today=day), [path])
        path.unlink()
        return told

    def publish(self, day: date = TODAY) -> int:
        return int(pipeline.publish(self.site, today=day)["release"])

    def kept(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows of the registry."""
        with closing(sqlite3.connect(self.site.registry)) as conn:
            return conn.execute(query).fetchall()

    def public(self) -> dict[str, str]:
        """Return document number → full text, as the release in force has it."""
        path = self.site.release(self.site.current_release() or 0) / "public.db"
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as conn:
            return dict(conn.execute("select doc_no, full_text from full_texts"))

    def holds(self, mark: str) -> list[str]:
        """Return the files under `build/` that hold some words."""
        files = [file for file in self.site.build.rglob("*") if file.is_file()]
        return [file.name for file in files if mark.encode() in file.read_bytes()]

    def declare(self, name: str, **values: object) -> None:
        """Change keys of a policy."""
        file = self.site.schemas / "policies" / f"{name}.yml"
        given = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(yaml.safe_dump(given | values, allow_unicode=True), "utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    site = create(tmp_path / "site")
    site.require()
    return Office(site, tmp_path)


def equals_but_for(served: str, public: str, spans: list[tuple[int, int]]) -> bool:
    """Say whether a public text is the served one with something else in each span, not more."""
    pieces, last = [], 0
    for start, end in sorted(spans):
        pieces.append(re.escape(served[last:start]))
        last = end
    whole = ".{1,12}?".join([*pieces, re.escape(served[last:])])
    return re.fullmatch(whole, public, re.DOTALL) is not None


WAYS = [
    ("a Word file by its number", f"{FIRST.doc_no}.docx", docx(*words(FIRST)), {}),
    ("a number and words", f"文书/{FIRST.doc_no}行政处罚决定书.docx", docx(*words(FIRST)), {}),
    ("GBK text", f"{FIRST.doc_no}.txt", text_of(FIRST).encode("gb18030"), {}),
    ("other brackets", "甲市监罚字[2026]700001号.txt", text_of(FIRST).encode(), {}),
    ("a name in the row", "扫描/001.docx", docx(*words(FIRST)), {"决定书文件": "001.docx"}),
    ("a name without ending", "001.docx", docx(*words(FIRST)), {"决定书文件": "001"}),
    ("text in the row", "", b"", {"FULL_TEXT": text_of(FIRST)}),
]


@pytest.mark.parametrize(
    ("name", "data", "more"), [way[1:] for way in WAYS], ids=[w[0] for w in WAYS]
)
def test_the_public_text_is_the_served_one_apart_from_logged_spans(
    office: Office, name: str, data: bytes, more: dict[str, str]
) -> None:
    row = FIRST.row() | {"CF_SY": "据证人李四光所述，当事人经营过期糕点。"} | more

    told = office.send([row], {name: data} if name else {})
    office.publish()

    assert (told.taken, told.refused) == (1, 0), told.findings
    public = office.public()[FIRST.doc_no]
    query = "select start, end from redaction_log where field = 'full_text'"
    spans = [(start, end) for start, end in office.kept(query)]
    assert equals_but_for(text_of(FIRST), public, spans)
    assert not equals_but_for(text_of(FIRST), public + "。", spans)
    assert "李四光" not in public
    assert IDENTITY not in public
    assert "13800138000" not in public
    ((facts,),) = office.kept("select facts from penalties")
    assert re.findall("证人(李某[0-9]?)", public) == re.findall("证人(李某[0-9]?)", str(facts))
    assert list(scan_tree(office.site.build)) == []


def other(decision: Decision) -> dict[str, str]:
    return decision.row() | {"CF_CFJG": "甲市示例监管局", "CF_CFJGDM": ""}


GOOD = docx(*words(SECOND))
NAMED = {"决定书文件": "1.docx"}
FIRST_DOCX, FIRST_TXT = f"{FIRST.doc_no}.docx", f"{FIRST.doc_no}.txt"
OWN = docx(*words(FIRST))
TRACKED = docx(*words(FIRST), paragraph(f"<w:ins>{run('加')}</w:ins>"))
SUMMONS = f"甲市监罚通知 {FIRST.doc_no} {FIRST.party} 请按时到场接受询问".encode()
FORM = f"行政处罚决定书审批表\n{text_of(FIRST)}".encode()
CUT = {"FULL_TEXT": (text_of(FIRST) + "长" * 40_000)[:32_767]}
LONGER = {"FULL_TEXT": text_of(FIRST, "另有一段。")}
WRONG = [
    ("another decision's text", [FIRST.row()], {FIRST_DOCX: GOOD}, "A16", "700002"),
    ("no such file", [FIRST.row() | NAMED], {"2.docx": GOOD}, "A15", "1.docx"),
    ("two files for a row", [FIRST.row()], {FIRST_DOCX: OWN, FIRST_TXT: b"x"}, "A16", "几份"),
    ("one file, two decisions", [FIRST.row() | NAMED], {"1.docx": GOOD}, "A16", "1.docx"),
    ("a broken file", [FIRST.row()], {FIRST_DOCX: b"PK\x03\x04"}, "A14", "docx"),
    ("a scan", [FIRST.row()], {f"{FIRST.doc_no}.pdf": b"%PDF-1.7"}, "A14", "扫描件"),
    ("tracked changes", [FIRST.row()], {FIRST_DOCX: TRACKED}, "A14", "修订"),
    ("no decision", [FIRST.row()], {FIRST_TXT: SUMMONS}, "A17", "决定书"),
    ("an internal form", [FIRST.row()], {FIRST_TXT: FORM}, "A17", "审批表"),
    ("a cell that was cut", [FIRST.row() | CUT], {}, "A17", "32767"),
    ("a cell and another file", [FIRST.row() | LONGER], {FIRST_DOCX: OWN}, "A16", "单元格"),
    ("one number, two authorities", [FIRST.row(), other(FIRST)], {FIRST_DOCX: OWN}, "A16", "几份"),
]


@pytest.mark.parametrize(
    ("rows", "documents", "rule", "why"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG]
)
def test_what_is_not_certain_refuses_its_row_and_no_other(
    office: Office,
    rows: list[dict[str, str]],
    documents: dict[str, bytes],
    rule: str,
    why: str,
) -> None:
    good = SECOND.row() | ({"决定书文件": "1.docx"} if "决定书文件" in rows[0] else {})
    if "FULL_TEXT" in rows[0]:
        good["FULL_TEXT"] = ""
    lines = [{**dict.fromkeys(good, ""), **row} for row in (*rows, good)]

    told = office.send(lines, documents)

    found = [each for each in told.findings if each.rule == rule]
    assert found, told.findings
    assert why in found[0].message
    assert found[0].message_en
    assert found[0].row == 2
    shared = rule == "A16" and documents == {"1.docx": GOOD}
    assert told.refused == len(rows) + shared or rule == "A15"
    assert FIRST.doc_no not in [number for (number,) in office.kept("select doc_no from penalties")]


def test_documents_without_a_row_are_told_and_not_kept(office: Office) -> None:
    told = office.send([SECOND.row()], {"附件/其他.docx": docx(*words(FIRST))})
    office.publish()

    (found,) = [each for each in told.findings if each.rule == "A23"]
    assert (told.taken, found.row, found.sheet) == (1, 0, "附件/其他.docx")
    assert office.public() == {}
    assert office.holds(FIRST.word) == []


def test_the_document_of_a_refused_row_is_nowhere(office: Office) -> None:
    bad = FIRST.row() | {"CF_XDR_SHXYM": "91990101000000001X"}

    told = office.send([bad, SECOND.row()], {f"{FIRST.doc_no}.docx": docx(*words(FIRST))})
    office.publish()

    assert (told.taken, told.refused) == (1, 1)
    assert "A23" not in {each.rule for each in told.findings}
    assert office.public() == {}
    assert FIRST.word.encode() not in office.site.registry.read_bytes()
    assert office.holds(FIRST.word) == []


def test_what_a_document_holds_besides_its_text_is_told_and_stays_away(office: Office) -> None:
    document = docx(*words(FIRST), paragraph(run("赵示例私记", "<w:vanish/>")))

    told = office.send([FIRST.row()], {f"{FIRST.doc_no}.docx": document})
    office.publish()

    (found,) = [each for each in told.findings if each.rule == "A24"]
    assert "隐藏文字" in found.message
    assert told.taken == 1
    assert "赵示例" not in office.public()[FIRST.doc_no]


def test_an_agency_is_known_by_the_table_and_one_without_documents_refuses_them(
    office: Office,
) -> None:
    documents = {f"{FIRST.doc_no}.docx": docx(*words(FIRST))}
    assert office.send([FIRST.row()], documents, agency=None).taken == 1
    file = office.site.ingest / "standard" / "agency.yml"
    text = file.read_text("utf-8").replace("documents: optional", "documents: none")
    file.write_text(re.sub(r"\n *决定书文件: .*", "", text), "utf-8")

    with pytest.raises(FileRefusedError) as refused:
        office.send([SECOND.row()], documents)

    assert refused.value.rule == "F05"
    assert f"{FIRST.doc_no}.docx" in refused.value.zh


def test_where_documents_are_required_a_row_without_one_is_refused(office: Office) -> None:
    file = office.site.ingest / "standard" / "agency.yml"
    file.write_text(file.read_text("utf-8").replace(": optional", ": required"), "utf-8")

    told = office.send([FIRST.row(), SECOND.row()], {f"{SECOND.doc_no}.docx": GOOD})

    assert (told.taken, told.refused) == (1, 1)
    assert [(each.rule, each.row) for each in told.findings if each.rule == "A15"] == [("A15", 2)]


def test_a_decision_on_several_parties_has_its_text_with_each_and_the_others_masked(
    office: Office,
) -> None:
    person = FIRST.row() | {
        "CF_XDR_MC": "钱六合",
        "CF_XDR_LB": "自然人",
        "CF_XDR_SHXYM": "",
        "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": IDENTITY,
    }
    organisation = {**dict.fromkeys(person, ""), **FIRST.row()}
    document = docx(*words(FIRST, "当事人钱六合处罚款1000元。"))

    told = office.send([organisation, person], {f"{FIRST.doc_no}.docx": document})
    office.publish()

    assert told.taken == 2, told.findings
    texts = [str(text) for (text,) in office.kept("select full_text from penalties")]
    assert len(texts) == 2
    assert all(re.search("当事人钱某某?处罚款", text) for text in texts), texts
    assert office.holds("钱六合") == []


def test_a_corrected_document_is_a_new_version_and_nothing_of_the_old_is_left(
    office: Office,
) -> None:
    office.send(
        [FIRST.row()],
        {
            "甲.docx": docx(*words(FIRST)),
            f"{FIRST.doc_no}.docx": docx(*words(FIRST, "早先文稿的末句。")),
        },
    )
    office.publish()
    assert office.holds("早先文稿的末句")

    told = office.send(
        [FIRST.row()], {f"{FIRST.doc_no}.docx": docx(*words(FIRST, "更正文稿的末句。"))}
    )
    office.publish()

    assert (told.taken, told.unchanged) == (1, 0)
    assert office.public()[FIRST.doc_no].endswith("更正文稿的末句。")
    assert office.holds("早先文稿的末句") == []
    (row,) = office.kept(
        "select version, changed from penalty_versions order by version desc limit 1"
    )
    assert (row[0], json.loads(str(row[1]))) == (2, ["full_text"])
    assert upkeep.verify(office.site, today=TODAY) == []
    assert upkeep.rebuild(office.site)["same"]


def test_the_same_archive_again_changes_nothing(office: Office) -> None:
    documents = {f"{FIRST.doc_no}.docx": docx(*words(FIRST))}
    office.send([FIRST.row()], documents)

    again = office.send([FIRST.row()], documents | {"补.docx": GOOD})

    assert (again.taken, again.unchanged) == (0, 1)
    assert office.kept("select version from penalties") == [(1,)]


def test_a_withdrawn_decision_leaves_no_byte_of_its_text(office: Office) -> None:
    rows = [FIRST.row(), SECOND.row()]
    named = {f"{d.doc_no}.docx": docx(*words(d)) for d in (FIRST, SECOND)}
    office.send(rows, named)
    office.publish()
    ids: dict[str, str] = dict(office.kept("select doc_no, penalty_id from penalties"))
    page = f"/penalty/{ids[FIRST.doc_no]}"
    with visiting(office.site) as visitor:
        assert FIRST.word in visitor.get(page).text
    event = written(office.folder / "events.csv", [FIRST.event()])
    desk = pipeline.open_desk(office.site, agency="standard-event", today=date(2026, 9, 15))
    assert pipeline.ingest(desk, [event])[0].taken == 1

    office.publish(date(2026, 9, 15))

    assert office.holds(FIRST.word) == []
    assert set(office.public()) == {SECOND.doc_no}
    with visiting(office.site) as visitor:
        assert visitor.get(page).status_code == 410, visitor.log
        assert FIRST.word not in visitor.get("/public/full_texts.json").text
        assert FIRST.word not in visitor.get("/downloads/full_texts.json").text


def test_the_page_shows_the_text_beside_the_summary_in_both_languages(office: Office) -> None:
    office.send([FIRST.row(), SECOND.row()], {f"{FIRST.doc_no}.docx": docx(*words(FIRST))})
    office.publish()
    ids: dict[str, str] = dict(office.kept("select doc_no, penalty_id from penalties"))

    with visiting(office.site) as visitor:
        page = visitor.get(f"/penalty/{ids[FIRST.doc_no]}").text
        english = visitor.get(f"/penalty/{ids[FIRST.doc_no]}?lang=en").text
        without = visitor.get(f"/penalty/{ids[SECOND.doc_no]}").text
        table_page = visitor.get("/public/full_texts").status_code
        row = visitor.get(f"/public/full_texts/{ids[FIRST.doc_no]}.json?_shape=objects").json()
        lines = visitor.get("/downloads/full_texts.json").json()

    assert "<p>当事人：" in page
    assert "Full text of the decision" in english
    assert 'id="full-text"' not in without
    assert table_page == 200
    assert [line["full_text"] for line in (*row["rows"], *lines)] == [
        office.public()[FIRST.doc_no]
    ] * 2


def test_only_where_the_policy_says_is_the_text_published_and_a_change_takes_it_away(
    office: Office,
) -> None:
    fire = FIRST.row() | {"CF_CFJG": "甲市消防救援支队", "CF_SJLY": "甲市消防救援支队"}
    office.send(
        [fire, SECOND.row()], {f"{d.doc_no}.docx": docx(*words(d)) for d in (FIRST, SECOND)}
    )
    assert office.publish() == 1
    assert set(office.public()) == {SECOND.doc_no}
    assert office.publish() == 1
    rows = yaml.safe_load((office.site.schemas / "policies" / "full-text.yml").read_text("utf-8"))

    everyone = {**rows["rows"][0], "publish": "none"}
    ends = {**rows["rows"][1], "effective_to": TODAY.isoformat()}
    office.declare("full-text", rows=[everyone, ends])
    assert office.publish() == 2
    assert set(office.public()) == {SECOND.doc_no}

    assert office.publish(LATER) == 3
    assert office.public() == {}
    assert office.holds("联系电话") == []


def test_a_doubt_in_the_text_waits_for_a_person_with_its_batch(office: Office) -> None:
    office.declare("approval", doubts="hold")
    document = docx(*words(FIRST, "另查，证人王六合患有糖尿病。"))

    told = office.send([FIRST.row()], {f"{FIRST.doc_no}.docx": document})

    items = reviewing.listed(office.site)
    assert items, told.findings
    assert {item.doubt.field for item in items} == {"full_text"}
    office.publish()
    assert office.holds(FIRST.word) == []
    given = Ruling(verdict=Verdict("mask"), by="李示例", on_day=TODAY)
    reviewing.decide(office.site, [item.id for item in items], given)
    office.publish()
    assert "糖尿病" not in office.public()[FIRST.doc_no]


ORGANISATION, PERSON = "法人及非法人组织", "自然人"
LAW = {"effective_from": "2020-01-01", "source": "示例", "confidence": "sourced"}
RANKED = [
    (("standard", "甲市示例局", "110101"), ORGANISATION, False),
    (("standard", "甲市市场监督管理局", "110101"), ORGANISATION, True),
    (("standard", "甲市市场监督管理局", "110101"), PERSON, False),
    (("standard", "乙市示例局", "990101"), PERSON, True),
    (("quiet", "甲市市场监督管理局", "110101"), ORGANISATION, False),
]


@pytest.mark.parametrize(("record", "category", "shown"), RANKED)
def test_the_most_specific_row_in_force_counts(
    record: tuple[str, str, str],
    category: str,
    shown: bool,  # noqa: FBT001
) -> None:
    policy = FullTextPolicy.model_validate(
        {
            "rows": [
                LAW | {"code": "a", "publish": "none"},
                LAW | {"code": "b", "publish": "organisations", "authorities": ["市场监督"]},
                LAW | {"code": "c", "publish": "all", "jurisdictions": ["99"]},
                LAW | {"code": "d", "publish": "none", "agencies": ["quiet"]},
                LAW | {"code": "e", "publish": "all", "effective_to": "2025-12-31",
                       "agencies": ["standard"]},
            ]
        }
    )  # fmt: skip

    assert publishes(policy.in_force(TODAY), record, category) is shown


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([LAW | {"code": "a", "publish": "all", "agencies": ["x"]}], "适用于所有"),
        ([LAW | {"code": "a", "publish": "none"}] * 2, "重复"),
    ],
)
def test_a_policy_that_leaves_a_gap_is_refused(
    office: Office, rows: list[dict[str, object]], why: str
) -> None:
    office.declare("full-text", rows=rows)

    with pytest.raises(SpecError, match=why):
        office.publish()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"aliases": {"文书": "document"}}, "optional"),
        ({"schema": "list-entry", "documents": "optional"}, "penalties"),
    ],
)
def test_a_declaration_says_whether_documents_come(more: dict[str, object], why: str) -> None:
    given = {"code": "a", "title": "甲", "title_en": "A", "schema": "penalty", "template": True,
             "authorities": "any"}  # fmt: skip

    with pytest.raises(ValueError, match=why):
        AgencySpec.model_validate(given | more)
