"""One Chromium for all browser tests of a test process."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import which

import pytest
from playwright.sync_api import Browser, sync_playwright

_PROGRAMS = ("chromium-headless-shell", "chromium")
_SWITCHES = [
    "--no-sandbox", "--lang=zh-CN",
    "--disable-gpu", "--disable-gpu-rasterization",  # Debian turns it on, for a device that is not there
    "--renderer-process-limit=1",  # persons come one after the other
]  # fmt: skip


def program() -> str:
    """The same engine without windows, tabs and menus where it is installed: it takes half the time."""
    found = next(filter(None, map(which, _PROGRAMS)), None)
    assert found, "install Debian's package chromium-headless-shell or chromium"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=_SWITCHES)
        yield browser
        browser.close()
