"""The sample site in Chromium: clean for axe in every mode, no wider than a phone, quicker with scripts."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from tests.shared.web.sample_site import create_site

pytestmark = pytest.mark.browser

FRONTEND = Path(__file__).parents[3] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 800}
DESK: ViewportSize = {"width": 1200, "height": 800}


@pytest.fixture(scope="module")
def address():
    assert AXE.exists(), "build the styles first: cd frontend && npm ci --ignore-scripts && npm run build"
    server = make_server("127.0.0.1", 0, create_site(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(browser: Browser, address: str, viewport: ViewportSize, **settings) -> Page:
    page = browser.new_page(viewport=viewport, **settings)
    page.set_default_timeout(30_000)  # other tests start whole systems meanwhile
    page.goto(address)
    return page


def violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    only = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("async how => (await axe.run(how)).violations", only)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


@pytest.mark.parametrize("mode", ["", "?text=large", "?contrast=high", "?out"])
@pytest.mark.parametrize("path", ["/form", "/macros", "/problem/404"])
def test_pages_are_clean_for_axe_and_fit_a_phone(chromium, address, path, mode):
    page = opened(chromium, address + path + mode, PHONE)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


def test_a_page_with_problems_is_clean_and_moves_the_focus_to_them(chromium, address):
    page = opened(chromium, address + "/form", DESK)
    page.get_by_role("button", name="再加一项").click()
    page.get_by_role("group", name="第 2 项").wait_for()
    page.get_by_role("button", name="提交申请").click()

    page.locator(".govuk-error-summary:focus").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="姓名：请填写此项").click()
    page.locator("#f-name:focus").wait_for()
    page.close()


def test_following_questions_appear_at_once_and_keep_what_was_typed(chromium, address):
    page = opened(chromium, address + "/form", DESK)
    page.get_by_label("姓名").fill("示例人")
    page.locator("body.app-scripted").wait_for()
    assert page.get_by_role("button", name="更新后面的问题").count() == 0
    page.get_by_label("上传材料").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    page.get_by_label("事项").focus()
    page.get_by_label("事项").select_option("wage")
    page.get_by_label("拖欠金额").wait_for()

    assert page.get_by_label("姓名").input_value() == "示例人"
    assert page.evaluate("document.activeElement.id") == "f-matter"
    assert page.evaluate("document.getElementById('f-files-upload').files.length") == 1
    page.close()


def test_without_scripts_a_button_asks_for_the_following_questions(chromium, address):
    page = opened(chromium, address + "/form", PHONE, java_script_enabled=False)
    page.get_by_label("事项").select_option("wage")
    page.get_by_role("button", name="更新后面的问题").click()

    page.get_by_label("拖欠金额").wait_for()
    assert page.locator(".govuk-error-summary").count() == 0
    page.close()


def test_the_scripts_raise_no_error_and_count_in_chinese(chromium, address):
    page = chromium.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + "/form")
    page.locator("body.app-scripted").wait_for()
    page.get_by_label("事实经过").press_sequentially("拖欠工资")

    page.get_by_text("还可以写 496 个字").first.wait_for()
    assert errors == []
    page.close()


def test_the_link_to_the_messages_counts_the_unread_where_scripts_run(chromium, address):
    for scripts, words in ((True, "未读消息 3"), (False, "消息")):
        page = opened(chromium, address + "/form", PHONE, java_script_enabled=scripts)
        page.locator("header").get_by_role("link", name=words, exact=True).wait_for()
        page.close()
