"""What the law says of one penalty: a table by hand, each row with its article."""

from datetime import date
from typing import Any

import pytest

from gongshi.clock import Clock, EntryFacts, Facts, decide
from gongshi.declarations.policy import Publication
from tests.registry_world import CALENDAR, POLICIES

LAW = POLICIES.publication
SAMR = LAW.model_copy(
    update={"systems": LAW.systems.model_copy(update={"agencies": {"samr": ("SAMR",)}})}
)
BOTH = LAW.model_copy(
    update={"systems": LAW.systems.model_copy(update={"default": ("NDRC", "SAMR")})}
)
TODAY = date(2026, 11, 22)
ORGANISATION, TRADER, PERSON = "法人及非法人组织", "个体工商户", "自然人"


def facts(kinds: str, decided_on: str, yuan: int | None = None, **given: Any) -> Facts:  # noqa: ANN401
    values = {
        "agency": "standard",
        "party_category": ORGANISATION,
        "kinds": kinds,
        "fine_fen": None if yuan is None else yuan * 100,
        "decided_on": date.fromisoformat(decided_on),
    }
    days = {"published_on", "valid_until", "source_publish_until"}
    return Facts(
        **values | {k: date.fromisoformat(v) if k in days else v for k, v in given.items()}
    )


@pytest.mark.parametrize(
    ("kinds", "category", "yuan", "severity", "article"),
    [
        ("警告", ORGANISATION, None, "轻微", "第36号令:警告、通报批评为轻微"),
        ("通报批评", ORGANISATION, None, "轻微", "同上"),
        ("警告;通报批评", PERSON, None, "轻微", "同上"),
        ("罚款", ORGANISATION, 9_999, "轻微", "未达到较大数额"),
        ("罚款", ORGANISATION, 10_000, "一般", "较大数额罚款"),
        ("罚款", TRADER, 9_999, "轻微", "个体工商户按组织的标准"),
        ("罚款", TRADER, 10_000, "一般", "同上"),
        ("罚款", PERSON, 1_999, "轻微", "自然人未达到较大数额"),
        ("罚款", PERSON, 2_000, "一般", "自然人较大数额罚款"),
        ("罚款", ORGANISATION, None, "轻微", "没有金额,不推定为较大数额"),
        ("警告;罚款", ORGANISATION, 50_000, "一般", "几种处罚取最重"),
        ("没收违法所得", ORGANISATION, None, "一般", "没收为一般"),
        ("没收非法财物", PERSON, None, "一般", "没收为一般"),
        ("没收违法所得、没收非法财物", ORGANISATION, None, "一般", "2021年前的写法"),
        ("暂扣许可证件", ORGANISATION, None, "严重", "说法不一,从严重"),
        ("降低资质等级", ORGANISATION, None, "严重", "说法不一,从严重"),
        ("吊销许可证件", ORGANISATION, None, "严重", "吊销"),
        ("限制开展生产经营活动", ORGANISATION, None, "严重", "限制经营"),
        ("责令停产停业", ORGANISATION, None, "严重", "停产停业"),
        ("责令关闭", ORGANISATION, None, "严重", "责令关闭"),
        ("限制从业", PERSON, None, "严重", "禁业"),
        ("罚款;吊销许可证件", ORGANISATION, 100, "严重", "几种处罚取最重"),
        ("其他-责令改正", ORGANISATION, None, "一般", "行业分级公布前从一般"),
    ],
)
def test_grade_is_the_heaviest_of_the_kinds(
    kinds: str, category: str, yuan: int | None, severity: str, article: str
) -> None:
    given = facts(kinds, "2026-11-02", yuan, party_category=category)

    decision = decide(given, LAW, CALENDAR, TODAY)

    assert decision.severity == severity, article
    assert decision.publishable is (severity != "轻微")


@pytest.mark.parametrize(
    ("given", "law", "today", "outcome", "article"),
    [
        (
            facts("罚款", "2026-04-01", 20_000),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2027-04-01 2026-07-01",
            "第36号令:自决定之日起一年",
        ),
        (
            facts("吊销许可证件", "2026-04-01"),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2029-04-01 2027-04-01",
            "第36号令:自决定之日起三年",
        ),
        (
            facts("罚款", "2026-11-30", 20_000),
            LAW,
            "2026-12-01",
            "NDRC36/一般 2027-11-30 2027-02-28",
            "民法典第202条:月末",
        ),
        (
            facts("罚款", "2025-06-01", 20_000),
            LAW,
            "2025-11-22",
            "NDRC58/一般 2028-06-01 2025-09-01",
            "第58号令:三年",
        ),
        (
            facts("罚款", "2025-06-01", 20_000),
            LAW,
            "2026-03-31",
            "NDRC58/一般 2028-06-01 2025-09-01",
            "第36号令施行前一日",
        ),
        (
            facts("罚款", "2025-06-01", 20_000),
            LAW,
            "2026-04-01",
            "NDRC36/一般 2026-06-01 2025-09-01",
            "新旧规定取较短",
        ),
        (
            facts("吊销许可证件", "2025-06-01"),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2028-06-01 2025-09-01",
            "新旧规定同为三年",
        ),
        (
            facts("罚款", "2022-06-01", 20_000),
            LAW,
            "2022-11-22",
            "NDRC527/一般 2023-06-01 2022-09-01",
            "527号文:一年",
        ),
        (
            facts("罚款", "2022-06-01", 20_000),
            LAW,
            "2023-05-02",
            "NDRC527/一般 2023-06-01 2022-09-01",
            "新令更长,仍从旧令",
        ),
        (
            facts("罚款", "2022-06-01", 20_000),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2023-06-01 2022-09-01",
            "三个规定取较短",
        ),
        (
            facts("吊销许可证件", "2022-06-01"),
            LAW,
            "2022-11-22",
            "NDRC527/严重 2025-06-01 2022-12-01",
            "527号文:三年,最短六个月",
        ),
        (
            facts("警告", "2022-06-01"),
            LAW,
            "2022-11-22",
            "NDRC527/轻微 2023-06-01 2022-09-01",
            "527号文未列轻微,从一般",
        ),
        (
            facts("罚款", "2024-06-01", 20_000, basis="《食品安全法》第一百二十四条"),
            LAW,
            "2024-11-22",
            "NDRC58/一般 2027-06-01 2025-06-01",
            "第58号令:食品最短一年",
        ),
        (
            facts("罚款", "2024-06-01", 20_000, basis="《特种设备安全法》第八十四条"),
            LAW,
            "2024-11-22",
            "NDRC58/一般 2027-06-01 2025-06-01",
            "第58号令:特种设备最短一年",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, basis="《食品安全法》第一百二十四条"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2027-05-01 2026-08-01",
            "第36号令不分行业",
        ),
        (
            facts("罚款", "2024-02-29", 20_000),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2025-02-28 2024-05-29",
            "民法典第202条:闰日",
        ),
        (
            facts("限制从业", "2026-05-01", valid_until="2031-05-01"),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2031-05-01 2027-05-01",
            "第45号令第13条第3款:禁业到期满",
        ),
        (
            facts("限制从业", "2026-05-01", valid_until="2027-05-01"),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2029-05-01 2027-05-01",
            "禁业短于公示期",
        ),
        (
            facts("限制从业", "2026-05-01", valid_until="2099-12-31"),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2029-05-01 2027-05-01",
            "“长期”不延长",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, valid_until="2031-05-01"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2027-05-01 2026-08-01",
            "罚款的有效期不是禁业期",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, source_publish_until="2026-12-31"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2026-12-31 2026-08-01",
            "来源截止期更早",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, source_publish_until="2029-05-01"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2027-05-01 2026-08-01",
            "来源截止期更晚,重新计算",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, source_publish_until="2099-12-31"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2027-05-01 2026-08-01",
            "来源写长期",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, source_publish_until="2026-06-30"),
            LAW,
            "2026-11-22",
            "NDRC36/一般 2026-06-30 2026-06-30",
            "最短期不超过公示期",
        ),
        (
            facts(
                "限制从业",
                "2026-05-01",
                valid_until="2031-05-01",
                source_publish_until="2030-05-01",
            ),
            LAW,
            "2026-11-22",
            "NDRC36/严重 2030-05-01 2027-05-01",
            "来源截止期也早于禁业期满",
        ),
        (
            facts("罚款", "2021-10-01", 20_000, agency="samr", published_on="2021-10-20"),
            SAMR,
            "2022-01-01",
            "SAMR45/一般 2024-10-20 2022-04-20",
            "第45号令第13条:自公示之日",
        ),
        (
            facts("罚款", "2021-10-01", 20_000, agency="samr"),
            SAMR,
            "2021-11-01",
            "SAMR45/一般 2024-11-01 2022-05-01",
            "尚未公示,自当日起算",
        ),
        (
            facts("通报批评", "2021-10-01", agency="samr", published_on="2021-10-20"),
            SAMR,
            "2021-11-01",
            "SAMR45/轻微 2022-01-20 2022-01-20",
            "第13条:三个月",
        ),
        (
            facts("罚款", "2026-01-05", 500, agency="samr", published_on="2026-01-06"),
            SAMR,
            "2026-01-10",
            "SAMR107/轻微 2026-04-06 2026-04-06",
            "第107号令:三个月自动停止",
        ),
        (
            facts("罚款", "2026-01-05", 20_000, agency="samr", published_on="2026-01-06"),
            SAMR,
            "2026-01-10",
            "SAMR107/一般 2027-01-06 2026-04-06",
            "第107号令:一年",
        ),
        (
            facts("吊销许可证件", "2026-01-05", agency="samr", published_on="2026-01-06"),
            SAMR,
            "2026-01-10",
            "SAMR107/严重 2029-01-06 2027-01-06",
            "第107号令:三年",
        ),
        (
            facts("罚款", "2025-06-01", 20_000, agency="samr", published_on="2025-06-10"),
            SAMR,
            "2026-01-10",
            "SAMR107/一般 2026-06-10 2025-09-10",
            "新旧规定取较短",
        ),
        (
            facts("罚款", "2016-01-05", 20_000, agency="samr", published_on="2016-01-06"),
            SAMR,
            "2016-06-10",
            "SAIC71/一般 2021-01-06 2021-01-06",
            "第71号令:五年",
        ),
        (
            facts("罚款", "2026-05-01", 20_000, published_on="2026-05-20"),
            BOTH,
            "2026-11-22",
            "NDRC36/一般 2027-05-01 2026-08-01",
            "两个体系取较短",
        ),
    ],
)
def test_term_follows_regime_start_ban_and_source(
    given: Facts, law: Publication, today: str, outcome: str, article: str
) -> None:
    decision = decide(given, law, CALENDAR, date.fromisoformat(today))

    assert decision.publishable
    found = f"{decision.policy_row} {decision.publish_until} {decision.min_until}"
    assert found == outcome, article


@pytest.mark.parametrize(
    ("given", "law", "today", "words"),
    [
        (facts("警告", "2026-05-01"), LAW, "2026-11-22", "轻微失信行为的处罚信息不公示"),
        (facts("罚款", "2026-05-01", 500), LAW, "2026-11-22", "轻微失信行为的处罚信息不公示"),
        (facts("警告", "2024-05-01"), LAW, "2024-11-22", "轻微失信行为的处罚信息不公示"),
        (facts("警告", "2022-06-01"), LAW, "2026-11-22", "轻微失信行为的处罚信息不公示"),
        (facts("警告", "2022-06-01", agency="samr"), SAMR, "2022-11-22", "仅受到警告"),
        (facts("警告", "2026-06-01", agency="samr"), SAMR, "2026-11-22", "仅受到警告"),
        (
            facts("罚款", "2026-05-01", 20_000, basis="适用简易程序,《示例法》第一条"),
            LAW,
            "2026-11-22",
            "简易程序",
        ),
        (facts("罚款", "2018-05-01", 20_000), LAW, "2018-11-22", "没有适用的公示规定"),
        (
            facts("罚款", "2012-05-01", 20_000, agency="samr"),
            SAMR,
            "2012-11-22",
            "没有适用的公示规定",
        ),
    ],
)
def test_what_is_never_published_says_why(
    given: Facts, law: Publication, today: str, words: str
) -> None:
    decision = decide(given, law, CALENDAR, date.fromisoformat(today))

    assert not decision.publishable
    assert decision.publish_until is None
    assert words in "".join(decision.reasons)


def test_the_last_day_is_still_shown_and_the_next_is_not() -> None:
    decision = decide(facts("罚款", "2026-05-01", 20_000), LAW, CALENDAR, TODAY)

    assert decision.is_visible(date(2027, 5, 1))
    assert not decision.is_visible(date(2027, 5, 2))


def test_reasons_read_as_sentences_with_rule_start_and_end() -> None:
    given = facts(
        "限制从业", "2025-05-01", valid_until="2031-05-01", source_publish_until="2030-05-01"
    )

    text = ";".join(decide(given, LAW, CALENDAR, TODAY).reasons)

    for words in (
        "限制从业,属于严重",
        "作出决定之日(2025-05-01)起公示36个月",
        "另有NDRC58",
        "限制到2031-05-01期满",
        "来源给出的公示截止期2030-05-01更早",
        "公示至2030-05-01(当日仍公示)",
    ):
        assert words in text


def test_publication_is_due_by_the_earliest_duty() -> None:
    given = facts("罚款", "2026-09-28", 20_000)

    assert Clock(LAW, CALENDAR, TODAY).due_on(given) == date(2026, 10, 13)
    assert Clock(BOTH, CALENDAR, TODAY).due_on(given) == date(2026, 10, 13)


@pytest.mark.parametrize(
    ("code", "category", "source_until", "until"),
    [
        ("YZWF", ORGANISATION, None, "2029-11-05"),
        ("YZWF", PERSON, None, "2029-11-05"),
        ("YZWF", ORGANISATION, "2027-01-01", "2027-01-01"),
        ("YZWF", ORGANISATION, "2099-12-31", "2029-11-05"),
        ("SXBZX", ORGANISATION, None, "2028-11-05"),
        ("CXDX", ORGANISATION, None, None),
    ],
)
def test_an_entry_stays_for_its_lists_term_or_the_sources_if_shorter(
    code: str, category: str, source_until: str | None, until: str | None
) -> None:
    given = EntryFacts(
        list_code=code,
        party_category=category,
        listed_on=date(2026, 11, 5),
        source_until=date.fromisoformat(source_until) if source_until else None,
    )

    decision = Clock(LAW, CALENDAR, TODAY).decide_entry(given, POLICIES.lists[code])

    assert decision.publishable
    assert str(decision.until) == str(until)


@pytest.mark.parametrize(
    ("code", "category"), [("SXCJ", ORGANISATION), ("NSXYA", PERSON), ("NONE", ORGANISATION)]
)
def test_a_list_that_is_unknown_disabled_or_not_for_persons_shows_nothing(
    code: str, category: str
) -> None:
    given = EntryFacts(list_code=code, party_category=category, listed_on=date(2026, 11, 5))

    decision = Clock(LAW, CALENDAR, TODAY).decide_entry(given, POLICIES.lists.get(code))

    assert not decision.publishable
