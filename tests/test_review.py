"""The review queue on a real site: what is listed, what a decision does, and what outlives it."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gongshi import cli, pipeline, registry, review, reviewing, upkeep
from gongshi.errors import RegistryError, UsageError
from gongshi.generate import generate
from gongshi.models import Original
from gongshi.registry import open_registry
from gongshi.review import Decision, Item, Verdict
from gongshi.site import Site, create

if TYPE_CHECKING:
    from pathlib import Path

    from gongshi.report import FileReport

TODAY = date(2026, 3, 2)
ILLNESS = "据查证人李四光患有糖尿病。"
FACTS = "违法事实"


@dataclass
class Office:
    """A site, and the file that its only agency sends again and again."""

    site: Site
    folder: Path
    rows: list[list[str]] = field(default_factory=list)
    sent: int = 0

    @property
    def var(self) -> Path:
        return self.site.var

    def place(self, row: int) -> tuple[list[str], int]:
        """Return the line that a person sees as `row`, and the place of its facts."""
        return self.rows[row - 1], self.rows[0].index(FACTS)

    def say(self, row: int, words: str) -> None:
        """Have the facts of a row end with some words."""
        line, at = self.place(row)
        line[at] = f"{line[at].split('　')[0]}　{words}"

    def send(self, *, day: date = TODAY, rows: list[list[str]] | None = None) -> FileReport:
        """Take the file in as it stands."""
        self.sent += 1
        path = self.folder / f"报送{self.sent}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows or self.rows)
        desk = pipeline.open_desk(self.site, agency="standard", today=day)
        (told,) = pipeline.ingest(desk, [path])
        path.unlink()
        return told

    def decide(self, item: Item, verdict: str, **more: Any) -> Item:  # noqa: ANN401
        given: dict[str, Any] = {"by": "李示例", "on_day": TODAY} | more
        decision = Decision(verdict=Verdict(verdict), **given)
        (done,) = reviewing.decide(self.site, [item.id], decision)
        return done

    def publish(self, day: date = TODAY) -> dict[str, Any]:
        return pipeline.publish(self.site, today=day)

    def facts(self, record: str) -> list[str]:
        """Return what the public reads of a record: its facts, or nothing."""
        release = self.site.current_release()
        path = self.site.release(release or 0) / "public.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
            query = "select facts from penalties where penalty_id = ?"
            return [text for (text,) in conn.execute(query, (record,))]

    def is_sound(self) -> bool:
        """Say whether nothing is amiss and the ledger gives the registry as it stands."""
        assert upkeep.verify(self.site, today=TODAY) == []
        return bool(upkeep.rebuild(self.site)["same"])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    site = create(tmp_path / "site")
    site.require()
    made = tmp_path / "a.csv"
    generate(12, 3, made, fmt=None, dirty=False, today=TODAY)
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    made.unlink()
    return Office(site, tmp_path, rows)


def declare(site: Site, **policy: str) -> None:
    """Change keys of `approval.yml`."""
    file = site.schemas / "policies" / "approval.yml"
    lines = [
        f"{line.partition(':')[0]}: {policy[line.partition(':')[0]]}"
        if line.partition(":")[0] in policy
        else line
        for line in file.read_text("utf-8").splitlines()
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def doubted(office: Office, row: int = 6) -> Item:
    """Send a file with one doubt and return it."""
    office.say(row, ILLNESS)
    office.send()
    (item,) = reviewing.listed(office.site)
    return item


def test_a_doubt_is_listed_masked_with_the_place_in_the_agencys_file(office: Office) -> None:
    item = doubted(office)

    answer = item.as_json()

    assert (answer["row"], answer["field"], answer["rule"]) == (6, "CF_SY", "health")
    assert answer["text"].endswith("李某患有【〔健康信息〕】。")
    assert answer["masked"] is True
    assert "糖尿病" not in json.dumps(answer, ensure_ascii=False)
    assert "李四光" not in item.text


def test_its_record_is_published_with_the_place_masked(office: Office) -> None:
    item = doubted(office)

    office.publish()

    (facts,) = office.facts(item.record_id)
    assert facts.endswith("李某患有〔健康信息〕。")


def test_the_original_is_shown_from_the_inbox_only(office: Office) -> None:
    item = doubted(office)

    cell = reviewing.originals(office.site, [item])[item.doubt.place]

    assert cell.cell[cell.start : cell.end] == "糖尿病"


def test_kept_is_shown_again_and_stays_so_however_often_it_comes(office: Office) -> None:
    item = doubted(office)
    office.publish()

    office.decide(item, "keep", reason="宣传用语,不是健康信息")
    moved = office.publish()

    assert moved["changed"] == 1
    assert office.facts(item.record_id)[0].endswith("李某患有糖尿病。")
    again = office.send()
    assert (again.taken, again.unchanged) == (0, 12)
    office.place(7)[0][office.rows[0].index("处罚内容")] += "责令改正。"
    more = office.send(day=TODAY + timedelta(days=1))
    assert (more.taken, more.unchanged) == (1, 11)
    assert reviewing.listed(office.site) == []
    assert office.is_sound()


def test_kept_holds_when_another_column_of_the_record_changes(office: Office) -> None:
    item = doubted(office)
    office.decide(item, "keep")

    line, _ = office.place(6)
    line[office.rows[0].index("处罚内容")] += "责令改正。"
    office.send()
    office.publish()

    assert office.facts(item.record_id)[0].endswith("患有糖尿病。")
    assert reviewing.listed(office.site) == []
    assert office.is_sound()


def test_kept_does_not_hold_for_another_original_with_the_same_mask(office: Office) -> None:
    item = doubted(office)
    office.decide(item, "keep")

    office.say(6, ILLNESS.replace("糖尿病", "关节炎"))
    office.send()
    office.publish()

    assert office.facts(item.record_id)[0].endswith("患有〔健康信息〕。")
    assert len(reviewing.listed(office.site)) == 1
    assert office.is_sound()


def test_a_confirmed_mask_changes_nothing_and_is_not_listed_again(office: Office) -> None:
    item = doubted(office)
    office.publish()

    done = office.decide(item, "mask")

    assert (done.decision, done.by) == ("mask", "李示例")
    assert office.publish()["changed"] == 0
    line, _ = office.place(6)
    line[office.rows[0].index("处罚内容")] += "责令改正。"
    office.send()
    assert reviewing.listed(office.site) == []
    assert office.is_sound()


def test_a_name_that_redaction_missed_is_masked_everywhere_in_its_record(office: Office) -> None:
    office.say(6, f"{ILLNESS}帮工示例甲一同在场。")
    line, _ = office.place(6)
    line[office.rows[0].index("处罚内容")] += "示例甲不予处罚。"
    office.send()
    (item,) = reviewing.listed(office.site)

    office.decide(item, "mask", text="示例甲")
    office.publish()

    public = office.site.release(office.site.current_release() or 0)
    assert "示例甲".encode() not in (public / "public.db").read_bytes()
    again = office.send()
    assert (again.taken, again.unchanged) == (0, 12)
    assert office.is_sound()


def test_two_decisions_about_one_text_hold_together(office: Office) -> None:
    office.say(6, f"{ILLNESS}其本人患有关节炎。")
    office.send()
    first, second = reviewing.listed(office.site)

    office.decide(second, "keep")
    office.decide(first, "keep")
    office.publish()

    (facts,) = office.facts(first.record_id)
    assert "患有糖尿病" in facts
    assert facts.endswith("患有关节炎。")
    assert office.send().taken == 0
    assert office.is_sound()


def test_a_refused_record_is_not_published_until_its_text_is_mended(office: Office) -> None:
    item = doubted(office)
    office.publish()
    assert office.facts(item.record_id)

    office.decide(item, "refuse", reason="涉及个人隐私")
    assert office.publish()["ended"] == 1
    office.send()
    line, _ = office.place(6)
    line[office.rows[0].index("处罚内容")] += "责令改正。"
    office.send()
    assert office.publish()["added"] == 0
    assert office.is_sound()

    office.say(6, "证人的健康信息已删去。")
    office.send()
    assert office.publish()["added"] == 1
    assert office.is_sound()


def test_what_is_decided_while_a_batch_waits_holds_when_it_is_approved(office: Office) -> None:
    declare(office.site, default="named")
    item = doubted(office)
    assert item.record_id == ""

    office.decide(item, "keep")
    pipeline.approve(office.site, item.batch, by="王示例")
    office.publish()

    (shown,) = reviewing.listed(office.site, item.batch, decided=True)
    assert office.facts(shown.record_id)[0].endswith("患有糖尿病。")
    assert office.is_sound()


def test_no_plaintext_of_the_original_lies_under_var(office: Office) -> None:
    doubted(office)
    numbers = {
        line[at]
        for at, title in enumerate(office.rows[0])
        if "证件号码" in title
        for line in office.rows[1:]
        if line[at]
    }
    secrets = [text.encode(code) for text in (*numbers, "糖尿病", "李四光") for code in CODES]

    found = [
        (path, secret)
        for path in office.var.rglob("*")
        if path.is_file()
        for secret in secrets
        if secret in path.read_bytes()
    ]

    assert len(numbers) > 5
    assert found == []


CODES = ("utf-8", "gb18030", "utf-16-le")


def test_the_original_goes_when_everything_is_decided(office: Office) -> None:
    item = doubted(office)
    assert sealed_batches(office) == [item.batch]

    office.decide(item, "mask")

    assert sealed_batches(office) == []


def test_without_a_doubt_no_original_is_kept(office: Office) -> None:
    office.send()

    assert sealed_batches(office) == []


def test_the_original_of_a_batch_that_waits_goes_with_its_approval(
    office: Office, tmp_path: Path
) -> None:
    declare(office.site, default="named")
    told = office.send()

    reviewing.extract(office.site, told.batch, tmp_path / "原件.csv")
    with (tmp_path / "原件.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == office.rows
    assert (tmp_path / "原件.csv").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="不能写"):
        reviewing.extract(office.site, told.batch, tmp_path / "原件.csv")

    pipeline.approve(office.site, told.batch, by="王示例")
    assert sealed_batches(office) == []


@pytest.mark.parametrize(
    ("days", "kept"), [(7, True), (8, False)], ids=["its last day", "the day after"]
)
def test_the_original_goes_when_its_term_has_run(office: Office, days: int, *, kept: bool) -> None:
    item = doubted(office)
    day = TODAY + timedelta(days=days)

    assert reviewing.expire(office.site, today=day) == ([] if kept else [item.batch])

    assert bool(sealed_batches(office)) == kept
    if not kept:
        with pytest.raises(UsageError, match="原文已不在"):
            office.decide(item, "keep")


@pytest.mark.parametrize("act", ["ingest", "publish"])
def test_every_run_sees_to_what_is_due(office: Office, act: str) -> None:
    item = doubted(office)
    day = TODAY + timedelta(days=8)

    office.publish(day) if act == "publish" else office.send(day=day)

    assert item.batch not in sealed_batches(office)


def test_what_a_cut_has_left_goes_with_the_next_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise OSError("cut before the commit")

    office.say(6, ILLNESS)
    with monkeypatch.context() as patch:
        patch.setattr("gongshi.pipeline.report.write", cut)
        with pytest.raises(OSError, match="cut"):
            office.send()
    assert sealed_batches(office) == ["B20260302-0001"]

    office.say(6, "")
    office.send()

    assert sealed_batches(office) == []


def test_another_key_is_told_in_words(office: Office) -> None:
    item = doubted(office)
    (office.var / "secret.key").write_text("another invented secret\n", "utf-8")

    with pytest.raises(RegistryError, match="另一把密钥"):
        reviewing.originals(office.site, [item])
    with pytest.raises(RegistryError, match="另一把密钥"):
        office.decide(item, "keep")
    assert reviewing.listed(office.site) == [item]


def sealed_batches(office: Office) -> list[str]:
    return sorted(path.name.partition(".")[0] for path in office.site.inbox.glob("*"))


@pytest.mark.parametrize(
    ("verdict", "more", "words"),
    [
        ("mask", {"by": " "}, "复核人姓名"),
        ("keep", {"text": "示例"}, "只与 --decide mask 同用"),
        ("mask", {"text": "没有的字"}, "没有这段文字"),
        ("mask", {"on_day": TODAY - timedelta(days=1)}, "早于"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    office: Office, verdict: str, more: dict[str, Any], words: str
) -> None:
    item = doubted(office)

    with pytest.raises(UsageError, match=words):
        office.decide(item, verdict, **more)

    assert reviewing.listed(office.site) == [item]


def test_nothing_is_decided_twice(office: Office) -> None:
    item = doubted(office)
    office.decide(item, "mask")

    with pytest.raises(UsageError, match="已由 李示例 决定"):
        office.decide(item, "keep")
    with pytest.raises(UsageError, match="没有编号"):
        reviewing.decide(
            office.site,
            ["B20260302-0001/99"],
            Decision(verdict=Verdict.MASK, by="李示例", on_day=TODAY),
        )


def test_a_valid_number_of_a_person_is_never_shown_again(office: Office) -> None:
    item = doubted(office)

    with (
        closing(open_registry(office.site.registry)) as conn,
        registry.transaction(conn),
        pytest.raises(UsageError, match="不得恢复显示"),
    ):
        review.decide(
            conn,
            item.id,
            Decision(verdict=Verdict.KEEP, by="李示例", on_day=TODAY),
            original=Original("患有13800138000", 2, 13),
        )


def test_a_site_may_hold_batches_until_their_doubts_are_decided(office: Office) -> None:
    declare(office.site, doubts="hold")
    item = doubted(office)
    assert office.publish()["added"] == 0
    with pytest.raises(UsageError, match="没有复核"):
        pipeline.approve(office.site, item.batch, by="王示例")

    office.decide(item, "keep")

    assert office.publish()["added"] > 0
    assert office.is_sound()


def test_held_batches_of_a_site_with_named_approval_wait_for_the_name(office: Office) -> None:
    declare(office.site, doubts="hold", default="named")
    item = doubted(office)

    office.decide(item, "mask")
    assert office.publish()["added"] == 0
    pipeline.approve(office.site, item.batch, by="王示例")

    assert office.publish()["added"] > 0


def test_the_command_line_lists_decides_and_answers_in_json(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    item = doubted(office)
    root = ["--root", str(office.site.root), "--today", TODAY.isoformat(), "review"]

    def answer(*words: str, status: int = 0) -> str:
        assert cli.main([*root, *words]) == status
        said = capsys.readouterr()
        return said.out or said.err

    assert "【〔健康信息〕】" in answer(item.batch)
    assert "糖尿病" not in answer("--json")
    (shown,) = json.loads(answer("--original", "--json"))["doubts"]
    assert shown["original"].endswith("患有【糖尿病】。")
    assert "请写明" in answer(item.id, "--decide", "mask", status=2)
    assert "请写明一个批次号" in answer(item.id, status=2)
    assert "恢复显示,李示例" in answer(item.id, "--decide", "keep", "--by", "李示例")
    assert "没有待复核" in answer()
    assert "恢复显示" in answer("--all")
    assert json.loads(answer("--expire", "--json")) == {"expired": []}
    assert "没有批次" in answer("B20260302-0099", status=2)
