"""The inspector finds what is wrong, and one of all processes of a test run looks at a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import Inspector

pytestmark = pytest.mark.browser
BAD = (
    "<!doctype html><html lang=zh><title>坏</title><main><h1>坏</h1><img src=/static/x.png>"
    "<div style='width: 2000px'>宽</div></main>"
)


def test_a_bad_page_is_found_by_the_first_who_looks(chromium: Browser, tmp_path: Path) -> None:
    with chromium.new_page() as page:
        page.route("**/*", lambda route: route.fulfill(body=BAD, content_type="text/html; charset=utf-8"))
        page.goto("http://127.0.0.1:9/bad")
        found = []
        for _ in range(2):
            inspector = Inspector(chromium, tmp_path, None)
            inspector.look(page)
            found.append(inspector.faults())
    place = "/bad 坏"
    assert found[0] == [
        f"{place}: phone image-alt [['img']]",
        f"{place}: wider than the screen of a phone",
        f"{place}: wider than the screen of a desk",
    ]
    assert found[1] == []
