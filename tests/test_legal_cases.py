"""The law by hand: what is shown on which day, by when a duty is due, what may follow what.

Each case names its article. The cases of publication go through the command line: one file taken
in, `publish` on each day of a calendar, and the public file asked.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from gongshi.clock import Clock
from gongshi.events import Event, EventKind, apply_event, why_not
from gongshi.registry import open_registry, transaction
from tests.one_record import code, doc_no, founded, row, shown, told
from tests.registry_world import CALENDAR, POLICIES, penalty
from tests.test_clock_run import run, take

NEVER = ""
FOREVER = "2098-01-01"
"""Later than any day that is looked at."""


@dataclass(frozen=True)
class Case:
    """One penalty and the last day of its publication, before and after new rules came in force."""

    article: str
    decided_on: str
    kinds: str
    before: str
    after: str
    cells: Mapping[str, str] = field(default_factory=dict)

    def row(self, number: int) -> dict[str, str]:
        given = {"CF_CFLB": self.kinds}
        if "没收" in self.kinds:
            given["CF_NR_WFFF"] = "0.1"
        if "许可" in self.kinds or "资质" in self.kinds:
            given["CF_NR_ZKDX"] = "示例许可证"
        if "CF_XDR_SHXYM" not in self.cells and "CF_XDR_LB" in self.cells:
            given["CF_XDR_SHXYM"] = code(number, "92")
        return row(number, self.decided_on, **given | dict(self.cells))

    def is_shown(self, day: str, change: str) -> bool:
        last = self.before if day < change else self.after
        return bool(last) and day <= last


def fine(yuan: int, **cells: str) -> dict[str, str]:
    return {"CF_NR_FK": f"{yuan / 10_000:g}", "CF_NR": f"罚款{yuan}元。", **cells}


PERSON = {
    "CF_XDR_LB": "自然人",
    "CF_XDR_MC": "张示例",
    "CF_XDR_SHXYM": "",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": "11010119900307109X",
    "CF_FRDB": "",
}
TRADER = {"CF_XDR_LB": "个体工商户", "CF_XDR_MC": "甲市乙区示例小吃店"}
FOOD = {"CF_YJ": "《中华人民共和国食品安全法》第一百二十四条"}
SIMPLE = {"CF_YJ": "适用简易程序,《中华人民共和国产品质量法》第四十九条"}

NDRC = (
    Case(
        "36号令:一般一年,短于58号令三年", "2025-06-01", "罚款", FOREVER, "2026-06-01", fine(20_000)
    ),
    Case("36号令施行前一日止", "2025-03-31", "罚款", FOREVER, "2026-03-31", fine(20_000)),
    Case("36号令施行当日为最后一日", "2025-04-01", "罚款", FOREVER, "2026-04-01", fine(20_000)),
    Case("36号令施行次日为最后一日", "2025-04-02", "罚款", FOREVER, "2026-04-02", fine(20_000)),
    Case("58号令、36号令:严重三年", "2023-06-30", "责令停产停业", "2026-06-30", "2026-06-30"),
    Case("58号令:严重三年,施行首日", "2023-05-01", "责令停产停业", "2026-05-01", "2026-05-01"),
    Case("527号文:严重三年,末日", "2023-04-30", "责令停产停业", "2026-04-30", "2026-04-30"),
    Case("527号文:一般一年,早已期满", "2023-04-30", "罚款", NEVER, NEVER, fine(20_000)),
    Case("民法典202条:闰日的对应日为月末", "2024-02-29", "罚款", FOREVER, NEVER, fine(20_000)),
    Case("民法典202条:闰日,三年", "2024-02-29", "责令关闭", FOREVER, "2027-02-28"),
    Case("民法典202条:1月31日,一年", "2026-01-31", "罚款", FOREVER, "2027-01-31", fine(20_000)),
    Case("36号令:轻微不公示(警告)", "2026-01-05", "警告", NEVER, NEVER),
    Case("36号令:轻微不公示(通报批评)", "2026-01-05", "通报批评", NEVER, NEVER),
    Case("较大数额:组织9999元为轻微", "2026-01-05", "罚款", NEVER, NEVER, fine(9_999)),
    Case("较大数额:组织10000元为一般", "2026-01-05", "罚款", FOREVER, "2027-01-05", fine(10_000)),
    Case("较大数额:自然人1999元为轻微", "2026-01-05", "罚款", NEVER, NEVER, fine(1_999, **PERSON)),
    Case(
        "较大数额:自然人2000元为一般",
        "2026-01-06",
        "罚款",
        FOREVER,
        "2027-01-06",
        fine(2_000, **PERSON),
    ),
    Case("较大数额:个体工商户9999元", "2026-01-05", "罚款", NEVER, NEVER, fine(9_999, **TRADER)),
    Case(
        "较大数额:个体工商户10000元",
        "2026-01-05",
        "罚款",
        FOREVER,
        "2027-01-05",
        fine(10_000, **TRADER),
    ),
    Case("没收违法所得为一般", "2026-01-05", "没收违法所得", FOREVER, "2027-01-05"),
    Case("没收非法财物为一般", "2026-01-05", "没收非法财物", FOREVER, "2027-01-05"),
    Case("降低资质等级从严重", "2023-04-10", "降低资质等级", "2026-04-10", "2026-04-10"),
    Case("暂扣许可证件从严重", "2023-04-11", "暂扣许可证件", "2026-04-11", "2026-04-11"),
    Case("吊销许可证件为严重", "2023-04-12", "吊销许可证件", "2026-04-12", "2026-04-12"),
    Case(
        "限制开展生产经营活动为严重",
        "2023-04-13",
        "限制开展生产经营活动",
        "2026-04-13",
        "2026-04-13",
    ),
    Case("限制从业为严重", "2023-04-14", "限制从业", "2026-04-14", "2026-04-14"),
    Case("并处从最重:警告加罚款", "2025-05-01", "警告;罚款", FOREVER, "2026-05-01", fine(20_000)),
    Case(
        "并处从最重:罚款加停产",
        "2023-05-02",
        "罚款;责令停产停业",
        "2026-05-02",
        "2026-05-02",
        fine(20_000),
    ),
    Case(
        "45号令13条3款:限制到期满",
        "2023-04-20",
        "限制从业",
        "2026-06-30",
        "2026-06-30",
        {"CF_YXQ": "2026-06-30"},
    ),
    Case(
        "45号令13条3款:限制短于公示期",
        "2023-06-29",
        "限制从业",
        "2026-06-29",
        "2026-06-29",
        {"CF_YXQ": "2024-06-29"},
    ),
    Case("“长期”不延长", "2023-06-28", "限制从业", "2026-06-28", "2026-06-28"),
    Case(
        "罚款的有效期不延长",
        "2025-05-02",
        "罚款",
        FOREVER,
        "2026-05-02",
        fine(20_000, CF_YXQ="2030-01-01"),
    ),
    Case(
        "来源截止期更早,从来源",
        "2025-10-10",
        "罚款",
        "2026-05-15",
        "2026-05-15",
        fine(20_000, CF_GSJZQ="2026-05-15"),
    ),
    Case(
        "来源截止期更晚,从法定",
        "2025-05-03",
        "罚款",
        FOREVER,
        "2026-05-03",
        fine(20_000, CF_GSJZQ="2029-05-03"),
    ),
    Case(
        "来源截止期也早于限制期满",
        "2023-04-21",
        "限制从业",
        "2026-05-20",
        "2026-05-20",
        {"CF_YXQ": "2028-01-01", "CF_GSJZQ": "2026-05-20"},
    ),
    Case("45号令2条:简易程序不公示", "2026-01-05", "罚款", NEVER, NEVER, fine(20_000, **SIMPLE)),
    Case(
        "食品只影响最短期,不影响最长期",
        "2025-05-04",
        "罚款",
        FOREVER,
        "2026-05-04",
        fine(20_000, **FOOD),
    ),
    Case("其他处罚从一般", "2025-05-05", "其他-责令改正", FOREVER, "2026-05-05"),
)
NDRC_TAKEN, NDRC_CHANGE = "2026-03-02", "2026-04-01"
NDRC_DAYS = (
    NDRC_TAKEN, "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03", "2026-04-10", "2026-04-11",
    "2026-04-12", "2026-04-14", "2026-04-15", "2026-04-30", "2026-05-01", "2026-05-02",
    "2026-05-05", "2026-05-15", "2026-05-16", "2026-05-20", "2026-05-21", "2026-06-01",
    "2026-06-02", "2026-06-28", "2026-06-30", "2026-07-01", "2027-01-05", "2027-01-06",
    "2027-01-31", "2027-02-01", "2027-02-28", "2027-03-01",
)  # fmt: skip

SAMR = (
    Case(
        "45号令13条、107号令:通报批评三个月", "2025-10-20", "通报批评", "2026-02-03", "2026-02-03"
    ),
    Case(
        "45号令13条、107号令:较低数额罚款三个月",
        "2025-10-20",
        "罚款",
        "2026-02-03",
        "2026-02-03",
        fine(500),
    ),
    Case("107号令:一般自公示之日一年", "2025-10-20", "罚款", FOREVER, "2026-11-03", fine(20_000)),
    Case("107号令:没收一年", "2025-10-20", "没收违法所得", FOREVER, "2026-11-03"),
    Case("45号令、107号令:严重三年", "2025-10-20", "责令停产停业", FOREVER, "2028-11-03"),
    Case("45号令13条:吊销三年", "2025-10-20", "吊销许可证件", FOREVER, "2028-11-03"),
    Case("45号令2条:仅警告不公示", "2025-10-20", "警告", NEVER, NEVER),
    Case(
        "45号令2条:警告并处罚款,公示",
        "2025-10-20",
        "警告;罚款",
        FOREVER,
        "2026-11-03",
        fine(20_000),
    ),
    Case("45号令2条:简易程序不公示", "2025-10-20", "罚款", NEVER, NEVER, fine(20_000, **SIMPLE)),
    Case(
        "45号令13条3款:限制到期满",
        "2025-10-20",
        "限制从业",
        FOREVER,
        "2029-01-01",
        {"CF_YXQ": "2029-01-01"},
    ),
    Case(
        "来源截止期更早",
        "2025-10-20",
        "罚款",
        "2026-01-10",
        "2026-01-10",
        fine(20_000, CF_GSJZQ="2026-01-10"),
    ),
    Case("公示之日起算,与决定早晚无关", "2025-01-10", "罚款", FOREVER, "2026-11-03", fine(20_000)),
)
SAMR_TAKEN, SAMR_CHANGE = "2025-11-03", "2025-12-25"
SAMR_DAYS = (
    SAMR_TAKEN, "2025-12-24", "2025-12-25", "2026-01-10", "2026-01-11", "2026-02-03", "2026-02-04",
    "2026-11-03", "2026-11-04", "2028-11-03", "2028-11-04", "2029-01-01", "2029-01-02",
)  # fmt: skip


def lived(
    root: Path, cases: tuple[Case, ...], days: tuple[str, ...], *, system: str
) -> dict[str, set[str]]:
    """Return what is shown on each day, by document number."""
    rows = [case.row(n) for n, case in enumerate(cases, 1)]
    site = founded(root, rows, days[0], system=system)
    found = {}
    for day in days:
        told(site, day, "publish")
        found[day] = shown(site)
    return found


@pytest.fixture(scope="module")
def of_ndrc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    return lived(tmp_path_factory.mktemp("ndrc"), NDRC, NDRC_DAYS, system="NDRC")


@pytest.fixture(scope="module")
def of_samr(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    return lived(tmp_path_factory.mktemp("samr"), SAMR, SAMR_DAYS, system="SAMR")


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(NDRC, 1)), ids=[c.article for c in NDRC]
)
def test_a_case_under_the_national_rules_is_shown_to_its_day(
    of_ndrc: dict[str, set[str]], number: int, case: Case
) -> None:
    found = {day: doc_no(number) in of_ndrc[day] for day in NDRC_DAYS}

    assert found == {day: case.is_shown(day, NDRC_CHANGE) for day in NDRC_DAYS}, case.article


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(SAMR, 1)), ids=[c.article for c in SAMR]
)
def test_a_case_under_the_market_rules_is_shown_to_its_day(
    of_samr: dict[str, set[str]], number: int, case: Case
) -> None:
    found = {day: doc_no(number) in of_samr[day] for day in SAMR_DAYS}

    assert found == {day: case.is_shown(day, SAMR_CHANGE) for day in SAMR_DAYS}, case.article


BY_SAMR = POLICIES.publication.model_copy(
    update={
        "systems": POLICIES.publication.systems.model_copy(update={"agencies": {"samr": ("SAMR",)}})
    }
)


@pytest.mark.parametrize(
    ("name", "agency", "since", "until", "article"),
    [
        ("withdraw", "a", "2026-03-02", "2026-03-05", "行政处罚法48条、85条:三个工作日"),
        ("withdraw", "a", "2026-03-06", "2026-03-11", "周五起,周末不计"),
        ("withdraw", "a", "2026-03-07", "2026-03-11", "周六起"),
        ("withdraw", "a", "2026-02-13", "2026-02-25", "春节;2月14日调休上班"),
        ("withdraw", "a", "2026-02-27", "2026-03-03", "2月28日调休上班"),
        ("withdraw", "a", "2026-04-03", "2026-04-09", "清明"),
        ("withdraw", "a", "2026-04-30", "2026-05-08", "劳动节"),
        ("withdraw", "a", "2026-05-07", "2026-05-11", "5月9日调休上班"),
        ("withdraw", "a", "2026-06-18", "2026-06-24", "端午"),
        ("withdraw", "a", "2026-09-24", "2026-09-30", "中秋"),
        ("withdraw", "a", "2026-09-30", "2026-10-10", "国庆;10月10日调休上班"),
        ("withdraw", "a", "2025-12-31", "2026-01-06", "元旦;1月4日调休上班"),
        ("withdraw", "a", "2026-12-31", "2027-01-05", "次年通知未出,暂按周一至周五"),
        ("publish", "a", "2026-03-02", "2026-03-11", "发改办财金〔2018〕424号:七个工作日"),
        ("publish", "a", "2026-09-28", "2026-10-13", "七个工作日,跨国庆"),
        ("publish", "samr", "2026-03-02", "2026-03-30", "45号令9条:二十个工作日"),
        ("dispute_mark", "a", "2026-03-06", "2026-03-09", "上海市条例36条:一个工作日"),
        ("dispute_answer", "a", "2026-03-02", "2026-03-11", "山东省条例39条:七个工作日"),
        ("repair_accept", "a", "2026-03-02", "2026-03-05", "国办发〔2025〕22号:三个工作日"),
        ("repair_decide", "a", "2026-03-02", "2026-03-16", "国办发〔2025〕22号:十个工作日"),
        ("repair_decide", "samr", "2026-03-02", "2026-03-11", "107号令:七个工作日"),
        ("correct", "a", "2026-03-02", "2026-03-09", "浙江办法9条:五个工作日"),
        ("repair_stop", "a", "2026-03-08", "2026-03-08", "收到当日,不论工作日"),
        ("suspend", "a", "2026-10-01", "2026-10-01", "收到当日,不论节假日"),
        ("expire", "a", "2026-10-02", "2026-10-02", "期满次日即终止"),
    ],
)
def test_a_duty_is_due_on_its_working_day(
    name: str, agency: str, since: str, until: str, article: str
) -> None:
    law = Clock(BY_SAMR, CALENDAR, date(2026, 11, 22))

    due = law.deadline(name, agency, date.fromisoformat(since))

    assert due
    assert due.on_day.isoformat() == until, article


def test_a_duty_that_no_row_names_has_no_day() -> None:
    law = Clock(BY_SAMR, CALENDAR, date(2026, 11, 22))

    assert law.deadline("unknown", "a", date(2026, 3, 2)) is None


_OPEN = {"accepted", "published", "not_publishable", "expired"}
MAY_FOLLOW: dict[EventKind, tuple[set[str], str]] = {
    EventKind.CORRECT: (_OPEN | {"suspended"}, "45号令12条"),
    EventKind.REVOKE: (_OPEN | {"suspended", "repaired"}, "行政处罚法48条"),
    EventKind.CHANGE: (_OPEN | {"suspended", "repaired"}, "行政处罚法48条"),
    EventKind.UNLAWFUL: (_OPEN | {"suspended", "repaired"}, "行政处罚法48条"),
    EventKind.VOID: (_OPEN | {"suspended", "repaired"}, "行政处罚法48条"),
    EventKind.REPAIR: (_OPEN | {"suspended"}, "36号令:准予修复"),
    EventKind.DISPUTE: (_OPEN | {"suspended"}, "上海市条例36条"),
    EventKind.SETTLE: (set(), "没有异议,无从解除"),
    EventKind.SUSPEND: (_OPEN, "36号令:破产重整屏蔽"),
    EventKind.RESUME: ({"suspended"}, "中止方可恢复"),
    EventKind.APPLY: (_OPEN | {"suspended"}, "36号令:申请修复"),
    EventKind.ACCEPT: (set(), "没有申请,无从受理"),
    EventKind.DECLINE: (set(), "没有申请,无从不予"),
    EventKind.RECALL: (set(), "行政许可法8条:只用于许可"),
    EventKind.STRIP: (set(), "行政许可法70条:只用于许可"),
    EventKind.CANCEL: (set(), "行政许可法70条:只用于许可"),
}
STATES = (
    "accepted",
    "published",
    "not_publishable",
    "expired",
    "withdrawn",
    "repaired",
    "suspended",
)
ENDING = {
    "withdrawn": EventKind.REVOKE,
    "repaired": EventKind.REPAIR,
    "suspended": EventKind.SUSPEND,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", EventKind)
def test_an_event_may_follow_the_states_that_its_article_allows(
    tmp_path: Path, state: str, kind: EventKind
) -> None:
    given = {"not_publishable": {"kinds": "警告"}, "expired": {"decided_on": "2020-01-01"}}
    with closing(open_registry(tmp_path / "registry.db")) as conn:
        take(conn, [penalty(1, **given.get(state, {}))], "2026-11-20")
        if state != "accepted":
            run(conn, "2026-11-20")
        (name,) = conn.execute("select penalty_id from penalties").fetchone()
        event = Event(event=kind, penalty_id=name, on_day="2026-11-20", reason="例", basis="第一条")
        if state in ENDING:
            with transaction(conn):
                apply_event(conn, replace(event, event=ENDING[state]))
            run(conn, "2026-11-20")
        assert conn.execute("select state from penalties").fetchone() == (state,)

        refusal = why_not(conn, event)

    allowed, article = MAY_FOLLOW[kind]
    assert (refusal is None) is (state in allowed), article
