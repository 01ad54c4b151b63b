"""The pages for people: every one in both languages, what they say, and what they must not."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from tests.portal import ROOT, Visitor, code, make_site, opaque, seal, visiting

FIRM = code("91", 1)
PAGES = (
    "/",
    "/search",
    "/search?q=食品",
    "/search?q=食品&kind=罚款&year=2026&severity=一般",
    "/search?q=没有这样的字号",
    "/search?q=〔〕",
    f"/penalty/{opaque('p', 5)}",
    f"/penalty/{opaque('p', 7)}",
    f"/party/{FIRM}",
    f"/authority/{code('11', 1)}",
    "/lists",
    "/list/yanzhong",
    "/list/a-ji",
    "/reports",
    "/downloads",
    "/docs",
    "/about",
    "/public",
    "/public/penalties",
    "/public/penalties?_search=食品&year=2026&fine_fen__gte=1000",
    "/public/list_entries",
    f"/public/penalties/{opaque('p', 5)}",
)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    site = make_site(tmp_path_factory.mktemp("site"))
    seal(site, 1, 300)
    with visiting(site) as found:
        yield found


class Outline(HTMLParser):
    """What a screen reader goes by: landmarks, headings, controls and their names."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def in_language(path: str, language: str) -> str:
    return path if language == "zh" else path + ("&" if "?" in path else "?") + "lang=en"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_whole_in_both_languages(
    visitor: Visitor, path: str, language: str
) -> None:
    answer = visitor.get(in_language(path, language))

    outline = Outline()
    outline.feed(answer.text)
    assert answer.status_code == 200
    assert answer.headers["x-release"] == "1"
    assert outline.all("html")[0]["lang"] == ("zh-CN" if language == "zh" else "en")
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    assert not outline.all("script")
    assert not [name for name, each in outline.tags if "style" in each]
    assert not re.search(
        r">(?:col|filter|op|value|table|problem|colour)_\w+<|\{\{|\}\}", answer.text
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_label_and_every_table_a_caption(visitor: Visitor, path: str) -> None:
    outline = Outline()
    outline.feed(visitor.get(path).text)

    labelled = {each.get("for") for each in outline.all("label")}
    fields = [each for each in outline.all("input") if each.get("type") != "hidden"]
    assert all(each.get("id") in labelled for each in fields)
    assert len(outline.all("caption")) == len(outline.all("table"))
    ids = [each["id"] for _, each in outline.tags if "id" in each]
    assert len(ids) == len(set(ids))


def test_english_links_stay_english(visitor: Visitor) -> None:
    outline = Outline()
    outline.feed(visitor.get("/search?q=食品&lang=en").text)

    inside = [each["href"] or "" for each in outline.all("a")]
    pages = [href for href in inside if re.match(r"/(search|penalty|party|about|docs)", href)]
    assert pages
    assert [href for href in pages if "lang=en" not in href] == ["/search?q=%E9%A3%9F%E5%93%81"]


def test_a_page_loads_nothing_from_elsewhere(visitor: Visitor) -> None:
    for path in PAGES:
        outline = Outline()
        outline.feed(visitor.get(path).text)

        loaded = [
            each.get("href") for each in outline.all("link") if each.get("rel") != "canonical"
        ]
        loaded += [each.get("src") for name, each in outline.tags if "src" in each]
        assert all((address or "").startswith("/") for address in loaded)


def test_every_word_of_the_templates_is_in_the_catalogue() -> None:
    catalogue = yaml.safe_load((ROOT / "templates" / "messages.yml").read_text(encoding="utf-8"))
    used = {
        key
        for file in (ROOT / "templates").glob("*.html")
        for key in re.findall(r'\bt\("(\w+)"[,)]', file.read_text(encoding="utf-8"))
    }
    problems = {
        f"problem_{key}{part}"
        for file in (ROOT / "src" / "gongshi" / "serve").glob("*.py")
        for key in re.findall(r'\d{3}, "(\w+)"[,)]', file.read_text(encoding="utf-8"))
        for part in ("", "_text")
        if key != "moved"
    }

    assert not (used | problems) - catalogue.keys()


def test_both_languages_fill_in_the_same_values() -> None:
    catalogue = yaml.safe_load((ROOT / "templates" / "messages.yml").read_text(encoding="utf-8"))

    for key, (chinese, english) in catalogue.items():
        names = [set(re.findall(r"\{(\w+)\}", text)) for text in (chinese, english)]
        assert names[0] == names[1], key


def test_every_public_column_has_its_words_and_its_description() -> None:
    from gongshi.publish.columns import TABLES  # noqa: PLC0415 - publishing is another stage

    catalogue = yaml.safe_load((ROOT / "templates" / "messages.yml").read_text(encoding="utf-8"))
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    shown = metadata["databases"]["public"]["tables"]

    for table, columns in TABLES.items():
        if shown[table].get("hidden"):
            continue
        names = {column.name for column in columns}
        assert {f"col_{name}" for name in names} <= catalogue.keys(), table
        assert names == set(shown[table]["columns"]), table


def test_a_penalty_shows_the_six_items_of_the_law_and_until_when(visitor: Visitor) -> None:
    text = visitor.get(f"/penalty/{opaque('p', 5)}").text

    for words in (
        "甲市罚字〔2025〕5号",
        "李某某",
        "主要违法事实",
        "处罚依据",
        "十五日内缴至指定银行",
        "甲市应急管理局",
    ):
        assert words in text
    assert "还剩 700 天" in text
    assert "异议处理中" in text


def test_a_record_that_ended_says_so_without_a_name(visitor: Visitor) -> None:
    answer = visitor.get(f"/penalty/{opaque('p', 9001)}")

    assert answer.status_code == 410
    assert "2026年11月20日" in answer.text
    assert "noindex" in answer.text
    assert "有限公司" not in answer.text


def test_a_decision_that_was_revoked_shows_its_number_and_the_reason(visitor: Visitor) -> None:
    answer = visitor.get(f"/penalty/{opaque('p', 9002)}?lang=en")

    assert answer.status_code == 410
    assert "甲市罚字〔2026〕9002号" in answer.text
    assert "行政复议决定撤销" in answer.text


def test_an_ending_is_forgotten_after_the_declared_time(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    policy = site.schemas / "policies" / "site.yml"
    text = policy.read_text(encoding="utf-8").replace("tombstone_days: 90", "tombstone_days: 1")
    policy.write_text(text, encoding="utf-8")
    seal(site, 1, 20)

    with visiting(site) as visitor:
        expired = visitor.get(f"/penalty/{opaque('p', 9001)}")
        revoked = visitor.get(f"/penalty/{opaque('p', 9002)}")

    assert expired.status_code == 404
    assert revoked.status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "/penalty/pxxxxxxxxxxxxxxx",
        f"/party/{code('91', 999)}",
        "/authority/N-0",
        "/list/none",
        "/x",
    ],
)
def test_what_is_not_there_is_404_in_words(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)

    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_markup_in_data_and_in_queries_is_text(visitor: Visitor) -> None:
    answer = visitor.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")

    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_an_empty_release_has_every_page(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    seal(site, 1, 0)

    with visiting(site) as visitor:
        for path in (
            "/",
            "/search",
            "/search?q=食",
            "/reports",
            "/about",
            "/docs",
            "/public/penalties",
        ):
            assert visitor.get(path).status_code == 200, path


def test_the_reports_say_which_batch_a_person_let_pass_and_why(visitor: Visitor) -> None:
    page = visitor.get("/reports").text

    assert "人工放行的批次" in page
    assert "年度清理,已与报送单位核实" in page
    assert "B20261120-0002" in visitor.get("/public/overrides.json?_shape=array").text
