"""The desk in a real browser: from drop to submit and back with the mended workbook."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from gongshi import desk
from tests.desk_world import TODAY, invent, make_site, serving
from tests.test_serve_browser import CHROMIUM, DESKTOP, PHONE, chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FileChooser, Page

    from gongshi.site import Site

    Opens = Callable[..., Page]

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
__all__ = ["chromium"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const load = new DataTransfer();
  load.items.add(new File([bytes], name));
  const form = document.querySelector("form[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(kind, {dataTransfer: load, bubbles: true, cancelable: true}));
  }
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site) as place:
        yield place


@pytest.fixture
def opens(chromium: Browser, address: str, site: Site) -> Iterator[Opens]:
    contexts: list[Any] = []

    def open_page(
        agency: str = "yi-shi",
        operator: str = "",
        size: tuple[int, int] = DESKTOP,
        **more: Any,  # noqa: ANN401
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=address, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        _, secret = (
            desk.new_operator(site, operator, today=TODAY)
            if operator
            else desk.new_token(site, agency, holder="", today=TODAY)
        )
        page.get_by_label("令牌").fill(secret)
        page.get_by_role("button", name="登录").click()
        return page

    yield open_page
    for context in contexts:
        context.close()


def broken_workbook(path: Path, seed: int) -> tuple[Path, str]:
    """Write a workbook whose fourth row lacks its document number; return the number too."""
    invent(path, 15, seed=seed)
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0].cell(4, _number_column(book))
    was, cell.value = str(cell.value), None
    book.save(path)
    return path, was


def _number_column(book: Any) -> int:  # noqa: ANN401
    return [cell.value for cell in book.worksheets[0][1]].index("行政处罚决定书文号") + 1


def drop(page: Page, path: Path) -> None:
    """Let go of a file over the page."""
    page.locator("form.can-drop").wait_for()
    page.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])


def download(page: Page, words: str, to: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name=words).click()
    started.value.save_as(to)
    return to


def mend(marked: Path, number: str) -> Path:
    """Put the missing number where the mark is, as a clerk would; return the saved workbook."""
    book = openpyxl.load_workbook(marked)
    cell = book.worksheets[0].cell(4, _number_column(book))
    assert cell.comment is not None
    assert "V01" in cell.comment.text
    cell.value = number
    mended = marked.with_name("三月处罚-改.xlsx")
    book.save(mended)
    return mended


def test_a_clerk_drops_a_file_mends_it_and_sends_what_changed(opens: Opens, tmp_path: Path) -> None:
    path, number = broken_workbook(tmp_path / "三月处罚.xlsx", 71)
    page = opens()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    drop(page, path)
    page.get_by_role("heading", name="三月处罚.xlsx").wait_for()
    submit = page.get_by_role("button", name="报送（接收 14 行）")
    submit.wait_for(timeout=60_000)

    finding = page.locator(".findings tbody tr", has_text="N4")
    assert finding.get_by_text("错误").is_visible()
    assert "V01" in finding.inner_text()
    assert page.locator("#live").inner_text().startswith("有 1 行不能接收")

    marked = download(page, "下载标注的表", tmp_path / "标注.xlsx")
    submit.click()
    page.get_by_text("已报送，批次号").first.wait_for(timeout=60_000)
    assert "拒收的 1 行没有入库" in page.locator("main").inner_text()

    mended = mend(marked, number)
    page.get_by_role("link", name="再报一份文件").click()
    page.get_by_label("选择文件").set_input_files(mended)
    page.get_by_role("button", name="检查").click()
    page.get_by_role("button", name="报送").click(timeout=60_000)
    page.get_by_text("已报送，批次号").first.wait_for(timeout=60_000)

    figures = page.locator(".figures dd").all_inner_texts()
    assert figures[:4] == ["15", "1", "0", "14"]
    page.get_by_role("link", name="行政处罚信息报送").click()
    rows = page.get_by_role("table", name="以往批次").locator("tbody tr")
    assert "1 / 0 / 14" in rows.nth(0).inner_text()
    assert "14 / 1 / 0" in rows.nth(1).inner_text()
    assert not told


def test_without_javascript_the_same_way_is_open(opens: Opens, tmp_path: Path) -> None:
    path, _ = broken_workbook(tmp_path / "四月.xlsx", 72)
    page = opens(java_script_enabled=False)

    page.get_by_label("选择文件").set_input_files(path)
    page.get_by_role("button", name="检查").click()
    page.get_by_role("button", name="报送").wait_for(timeout=60_000)
    download(page, "下载标注的表", tmp_path / "标注.xlsx")
    page.get_by_role("button", name="报送").click()
    page.get_by_text("已报送，批次号").first.wait_for(timeout=60_000)

    assert page.get_by_role("link", name="B2026").is_visible()


def _chooser(page: Page) -> FileChooser:
    """Return what Enter on the field for files opens; a page without focus swallows the key."""
    for _ in range(3):
        page.bring_to_front()
        try:
            with page.expect_file_chooser(timeout=10_000) as asked:
                page.get_by_label("选择文件").press("Enter")
        except playwright.TimeoutError:
            continue
        return asked.value
    raise AssertionError("Enter opens no chooser")


def test_the_keyboard_alone_is_enough(opens: Opens, tmp_path: Path) -> None:
    path = invent(tmp_path / "五月.csv", 6, seed=73)
    page = opens()

    page.bring_to_front()
    page.locator("body").press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    _chooser(page).set_files(path)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "检查"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="报送").wait_for(timeout=60_000)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().startswith("报送（"):
            break
    page.keyboard.press("Enter")
    page.get_by_text("已报送，批次号").first.wait_for(timeout=60_000)


def test_several_files_at_once_are_listed_with_their_states(opens: Opens, tmp_path: Path) -> None:
    page = opens()
    files = [invent(tmp_path / f"{n}月.csv", 5, seed=80 + n) for n in (6, 7)]

    page.get_by_label("选择文件").set_input_files(files)
    page.get_by_role("button", name="检查").click()

    rows = page.get_by_role("table", name="这次的文件").locator("tbody tr")
    for n in range(2):
        rows.nth(n).get_by_text("已检查，尚未报送").wait_for(timeout=60_000)
    assert rows.count() == 2


def test_too_large_a_file_is_told_before_it_travels(opens: Opens, tmp_path: Path) -> None:
    page = opens()
    page.locator("form[data-drop]").evaluate("form => { form.dataset.most = 100; }")

    drop(page, invent(tmp_path / "大.csv", 5, seed=90))

    page.locator(".drop-state", has_text="文件太大").wait_for()
    assert page.url.endswith("/")


def test_an_operator_approves_with_one_press(opens: Opens, tmp_path: Path) -> None:
    clerk, operator = opens("jia-shi"), opens(operator="示例丙")
    drop(clerk, invent(tmp_path / "八月.csv", 5, seed=74))
    clerk.get_by_role("button", name="报送").click(timeout=60_000)
    clerk.get_by_text("待批准").wait_for(timeout=60_000)

    operator.reload()
    operator.get_by_role("table", name="待批准的批次").get_by_role("link").click()
    operator.get_by_role("button", name="以“示例丙”的名义批准").click()

    assert operator.get_by_text("批准：示例丙").is_visible()
    clerk.reload()
    assert clerk.get_by_text("已批准，下一期公示").is_visible()


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_is_wider_than_the_screen_and_none_breaks_its_policy(
    opens: Opens, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    path, _ = broken_workbook(
        tmp_path / "很长的名字_甲市示例区_二〇二六年第一季度处罚信息.xlsx", 75
    )
    clerk, operator = opens(size=size), opens(operator="示例丙", size=size)
    told: list[str] = []
    for page in (clerk, operator):
        page.on("console", lambda message: told.append(message.text))
    drop(clerk, path)
    clerk.get_by_role("button", name="报送").wait_for(timeout=60_000)
    place = clerk.url

    for page, address in ((clerk, place), (clerk, "/"), (operator, "/"), (clerk, "/none")):
        page.goto(f"{address}?lang={language}" if language else address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
    assert [words for words in told if "404" not in words] == []


def test_everything_that_is_filled_in_or_pressed_has_a_name(opens: Opens, tmp_path: Path) -> None:
    page = opens()
    drop(page, invent(tmp_path / "九月.csv", 5, seed=76))
    page.get_by_role("button", name="报送").wait_for(timeout=60_000)
    nameless = """() => [...document.querySelectorAll("input:not([type=hidden]), button, a, table")]
        .filter((one) => !(one.innerText || one.ariaLabel || one.labels?.length || one.caption))
        .map((one) => one.outerHTML)"""

    for address in (page.url, "/"):
        page.goto(address)
        assert page.evaluate(nameless) == []
        assert page.locator("h1").count() == 1


def test_an_operator_decides_a_doubt_with_one_press(opens: Opens, tmp_path: Path) -> None:
    clerk, operator = opens(), opens(operator="示例丁", size=PHONE)
    path = invent(tmp_path / "十月.xlsx", 5, seed=77)
    book = openpyxl.load_workbook(path)
    titles = [cell.value for cell in book.worksheets[0][1]]
    cell = book.worksheets[0].cell(3, titles.index("违法事实") + 1)
    cell.value = f"{cell.value}其本人患有关节炎。"
    book.save(path)
    drop(clerk, path)
    clerk.get_by_role("button", name="报送").click(timeout=60_000)
    clerk.get_by_text("已报送，批次号").first.wait_for(timeout=60_000)

    operator.reload()
    operator.get_by_role("link", name="复核 1 处存疑").click()
    operator.get_by_role("link", name="显示原文").click()
    assert operator.get_by_text("患有【关节炎】").is_visible()
    assert operator.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    operator.get_by_role("button", name="恢复显示").click()

    operator.get_by_text("没有待复核的存疑之处。").wait_for()
