"""The proof that what is served is what was sent, apart from logged spans and named decisions."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi import cli, pipeline, proving, reviewing
from gongshi.deidentify import log
from gongshi.errors import UsageError
from gongshi.generate import generate
from gongshi.keys import Key
from gongshi.redaction import Span, Subject, redact
from gongshi.review import Decision, Verdict
from gongshi.site import Site, create

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 2)
KEY = Key(b"an invented secret")
PIECES = st.sampled_from(
    [
        "张三丰",
        "证人李四光",
        "电话13800138000",
        "，",
        "。",
        "身份证号11010519491231002X",
        "甲市",
        "𠮷",
        "\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
def test_the_public_text_follows_from_the_original_and_the_log(text: str) -> None:
    after = redact(text, Subject(masked={"张三丰": "张某某"}, personal=True))

    assert log.proved(text, after.spans, log.original_hash(KEY, text), KEY) == after.text


@given(TEXTS, TEXTS)
def test_another_original_proves_nothing(text: str, other: str) -> None:
    after = redact(text)
    if other == text:
        return

    with pytest.raises(ValueError, match="摘要不符"):
        log.proved(other, after.spans, log.original_hash(KEY, text), KEY)


@given(TEXTS.filter(bool), st.integers(-3, 40), st.integers(-3, 40))
def test_spans_that_do_not_fit_are_no_proof(text: str, start: int, end: int) -> None:
    spans = [Span(start, end, "name", "某")]
    fits = 0 <= start <= end <= len(text)

    if fits:
        assert log.proved(text, spans, log.original_hash(KEY, text), KEY).startswith(text[:start])
    else:
        with pytest.raises(ValueError, match="超出原文"):
            log.proved(text, spans, log.original_hash(KEY, text), KEY)


@dataclass
class Sent:
    """A site with one published file, which the agency still has."""

    site: Site
    file: Path

    def prove(self) -> proving.Proof:
        return proving.prove(self.site, self.file)

    def registry(self, change: str) -> None:
        with closing(sqlite3.connect(self.site.registry)) as conn, conn:
            conn.execute(change)

    def publish(self) -> None:
        pipeline.publish(self.site, today=TODAY)

    def take(self, file: Path) -> None:
        desk = pipeline.open_desk(self.site, agency="standard", today=TODAY)
        (told,) = pipeline.ingest(desk, [file])
        assert told.refused == 0

    def again(self, file: Path, row: int, title: str, words: str) -> Path:
        """Return a further delivery, in which one cell has some more words."""
        rows = read(self.file)
        rows[row - 1][rows[0].index(title)] += words
        write(file, rows)
        return file


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


def write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a site and the file that it has published."""
    home = tmp_path_factory.mktemp("proving")
    site = create(home / "site")
    site.require()
    file = home / "三月.csv"
    generate(60, 7, file, fmt=None, dirty=False, today=TODAY)
    rows = read(file)
    rows[5][rows[0].index("违法事实")] += "据查证人李四光患有糖尿病。帮工示例甲一同在场。"
    write(file, rows)
    made = Sent(site, file)
    made.take(file)
    made.publish()
    return home


@pytest.fixture
def sent(original: Path, tmp_path: Path) -> Sent:
    home = shutil.copytree(original, tmp_path / "home", symlinks=True)
    return Sent(Site(home / "site"), home / "三月.csv")


def test_everything_that_is_served_follows_from_the_original(sent: Sent) -> None:
    proof = sent.prove()

    assert proof.problems == ()
    assert (proof.proved, proof.superseded, proof.absent) == (60, 0, 0)
    assert proof.spans > 20


def test_decisions_of_the_review_are_part_of_the_proof(sent: Sent) -> None:
    (item,) = reviewing.listed(sent.site)
    decision = Decision(verdict=Verdict.KEEP, by="李示例", on_day=TODAY)
    reviewing.decide(sent.site, [item.id], decision)
    sent.publish()

    assert sent.prove().problems == ()


def test_a_later_masking_is_part_of_the_proof(sent: Sent) -> None:
    (item,) = reviewing.listed(sent.site)
    decision = Decision(verdict=Verdict.MASK, by="李示例", on_day=TODAY, text="示例甲")
    reviewing.decide(sent.site, [item.id], decision)

    (unpublished,) = sent.prove().problems
    assert unpublished.what == "发布版本"
    sent.publish()
    assert sent.prove().problems == ()


def test_a_record_of_a_later_delivery_is_proved_by_that_one(sent: Sent, tmp_path: Path) -> None:
    later = sent.again(tmp_path / "四月.csv", 4, "处罚内容", "责令改正。")
    sent.take(later)
    sent.publish()

    assert (sent.prove().proved, sent.prove().superseded) == (59, 1)
    proof = proving.prove(sent.site, later)
    assert (proof.proved, proof.superseded, proof.problems) == (60, 0, ())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update penalty_records set facts = facts || '。' where rid = 3", "登记库"),
        ("update penalty_records set legal_rep = '王示例' where rid = 3", "登记库"),
        ("update redaction_log set mask = '某' where rowid = 1", "登记库"),
        ("delete from redaction_log where field = 'party'", "登记库"),
        ("update redaction_log set original_hash = 'x' where rowid = 1", "日志"),
        ("update redaction_log set start = start + 1 where field = 'party'", "登记库"),
    ],
)
def test_what_was_changed_by_hand_is_found(sent: Sent, change: str, what: str) -> None:
    sent.registry(change)

    problems = sent.prove().problems

    assert what in {each.what for each in problems}
    assert all(" 行 " in each.where for each in problems)


def test_a_release_that_says_something_else_is_found(sent: Sent) -> None:
    path = sent.site.release(1) / "public.db"
    path.chmod(0o644)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "update penalties set content = '示例' where penalty_id in "
            "(select penalty_id from penalties limit 1)"
        )

    (problem,) = sent.prove().problems

    assert (problem.what, problem.where.endswith("content")) == ("发布版本", True)


def test_a_file_that_never_came_proves_nothing(sent: Sent, tmp_path: Path) -> None:
    other = sent.again(tmp_path / "别的.csv", 4, "处罚内容", "示例。")

    with pytest.raises(UsageError, match="没有入过库"):
        proving.prove(sent.site, other)


def test_the_command_says_what_was_proved(sent: Sent, capsys: pytest.CaptureFixture[str]) -> None:
    start = ["--root", str(sent.site.root), "--today", TODAY.isoformat()]

    assert cli.main([*start, "verify", "--original", str(sent.file)]) == 0
    assert "60 条记录的公示文本与原件一致" in capsys.readouterr().out
    sent.registry("update penalty_records set facts = '示例' where rid = 3")
    assert cli.main([*start, "verify", "--original", str(sent.file), "--json"]) == 1
    told = capsys.readouterr().out
    assert '"proved": 59' in told
    assert "示例" not in told
