"""Why a penalty is shown until a day, in sentences: each says which rule gave which figure."""

import pytest

from gongshi.clock import Clock, Facts, grounds
from tests.registry_world import CALENDAR
from tests.test_clock_decide import LAW, TODAY, facts


def told(about: Facts) -> str:
    _, paragraphs = grounds.of_penalty(Clock(LAW, CALENDAR, TODAY), about)
    return "\n".join(sentence for each in paragraphs for sentence in each.sentences)


def test_the_rule_that_gives_the_shorter_minimum_is_named() -> None:
    text = told(facts("限制从业", "2025-06-06"))

    assert "最短公示期也从较短者,即NDRC58" in text
    assert "最短公示期至2025年9月6日" in text


@pytest.mark.parametrize(
    ("basis", "said"),
    [("《中华人民共和国食品安全法》第一百二十四条", 1), ("《中华人民共和国广告法》第五十五条", 0)],
)
def test_a_longer_minimum_of_a_sector_stands_with_the_rule_that_has_it(
    basis: str, said: int
) -> None:
    text = told(facts("罚款", "2026-02-20", 20_000, basis=basis))

    assert text.count("处罚依据涉及食品,最短公示12个月。") == said
    assert ("NDRC58" in text, "最短公示期也从较短者" in text) == (True, False)
