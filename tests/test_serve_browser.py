"""The five journeys, in a real browser with JavaScript off: nothing here needs it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from gongshi.serve import Portal
from tests.portal import code, make_site, opaque, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, TABLET, DESKTOP = (360, 780), (768, 1024), (1280, 860)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = make_site(tmp_path_factory.mktemp("site"))
    seal(site, 1, 300)
    config = uvicorn.Config(Portal(site), port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    driver = playwright.sync_playwright()
    try:
        started = driver.start()
    except Exception as exc:  # noqa: BLE001  its own process died: a library is missing
        pytest.skip(f"the driver of playwright does not start ({exc})")
    browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield browser
    browser.close()
    started.stop()


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Any]:
    contexts = []

    def open_page(path: str, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:  # noqa: ANN401
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        context = chromium.new_context(
            viewport=viewport, base_url=address, java_script_enabled=False, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_shopper_looks_up_a_firm_on_a_phone(visit: Any) -> None:  # noqa: ANN401
    page = visit("/", PHONE)

    page.get_by_role("searchbox").fill("示例食品8有限公司")
    page.get_by_role("button", name="检索").click()
    page.locator(".case a").first.click()

    assert "示例食品8有限公司" in page.locator("h1").inner_text()
    assert "公示到什么时候" in page.locator("main").inner_text()


def test_a_journalist_filters_and_exports(visit: Any) -> None:  # noqa: ANN401
    page = visit("/search?q=食品")
    before = page.locator("h1").inner_text()

    page.locator(".facet a", has_text="没收违法所得").click()

    assert page.locator(".chip").first.inner_text().startswith(("去掉条件", "处罚类别"))
    assert page.locator("h1").inner_text() != before
    with page.expect_download() as started:
        page.get_by_role("link", name="导出 CSV").click()
    lines = Path(started.value.path()).read_text(encoding="utf-8-sig").strip().splitlines()
    assert f"：{len(lines) - 1} 件" in page.locator("h1").inner_text()


def test_a_developer_finds_the_api_and_gets_an_answer(visit: Any) -> None:  # noqa: ANN401
    page = visit("/")

    page.locator(".door", has_text="接口").click()
    command = page.locator("#api pre").first.inner_text()
    answer = page.request.get(command.split()[-1])

    assert answer.json()["release"] == 1


def test_a_company_sees_when_its_entry_ends_and_how_to_have_it_corrected(visit: Any) -> None:  # noqa: ANN401
    page = visit(f"/search?q={code('91', 1)}", PHONE)

    assert page.url.endswith(f"/party/{code('91', 1)}")
    assert "2029年3月1日" in page.locator(".entry").inner_text()
    page.get_by_role("link", name="查看处罚").first.click()
    page.get_by_role("link", name="怎样更正和修复").click()
    assert "信用修复" in page.locator("#correct").inner_text()


def test_a_subscriber_follows_a_filtered_search(visit: Any) -> None:  # noqa: ANN401
    page = visit("/search?q=食品&kind=罚款")

    feed = page.get_by_role("link", name="订阅此检索").get_attribute("href")
    answer = page.request.get(feed)

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert answer.text().count("<entry>") > 10


def test_filters_are_a_sheet_on_a_phone(visit: Any) -> None:  # noqa: ANN401
    page = visit("/search?q=食品", PHONE)

    assert not page.locator("#filters").is_visible()
    page.get_by_role("link", name="筛选", exact=True).click()
    assert page.locator("#filters").is_visible()
    page.get_by_role("link", name="查看").click()
    assert not page.locator("#filters").is_visible()


PAGES = ("/", "/search?q=食品", f"/penalty/{opaque('p', 7)}", "/list/yanzhong", "/reports", "/docs",
         "/downloads", "/about", "/public/penalties", f"/party/{code('91', 1)}")  # fmt: skip


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"])
def test_no_page_is_wider_than_the_screen_or_breaks_its_own_policy(
    chromium: Browser, address: str, size: tuple[int, int], language: str
) -> None:
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, base_url=address)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    for path in PAGES:
        page.goto(path + (("&" if "?" in path else "?") + f"lang={language}" if language else ""))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], (path, width)
    context.close()
    assert not told


def test_the_keyboard_reaches_the_content_first(visit: Any) -> None:  # noqa: ANN401
    page = visit("/")

    page.locator("body").press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_a_penalty_prints_on_one_sheet(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto(f"/penalty/{opaque('p', 5)}")

    sheet = page.pdf(prefer_css_page_size=True)

    assert sheet.count(b"/Type /Page\n") + sheet.count(b"/Type /Page/") == 1
    context.close()
