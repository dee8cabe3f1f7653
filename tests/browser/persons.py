"""A person before the screen: sees labels, links and buttons, and knows one address only, the start page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from copy import copy
from datetime import date
from pathlib import Path
from re import Pattern
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect

from services.demo import demo_people
from tests.browser.looking import DESK, PHONE, Inspector

_ON_ITS_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"
PASSWORD: str = demo_people()["password"]
Answers = Mapping[str, Any]
"""What is written under which label: text, an option, a date, True for a tick, a list of ticks, or files
(a big one as a path: the browser then reads it by itself)."""


class Somebody:
    """One person with a browser of their own. Citizens hold a phone without scripts, staff sit at a desk."""

    def __init__(self, browser: Browser, address: str, inspector: Inspector, *, scripts: bool) -> None:
        self._address = address
        self._inspector = inspector
        viewport = DESK if scripts else PHONE
        self._context = browser.new_context(java_script_enabled=scripts, viewport=viewport, locale="zh-CN")
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(30_000)  # other tests start whole systems meanwhile
        self.failures: list[str] = []
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        self.page.on("console", self._hear)

    def start(self) -> None:
        """Open the start page."""
        self.page.goto(self._address)
        self.look()

    def log_in(self, login: str, password: str = PASSWORD) -> None:
        """From the start page, by the link in the head."""
        self.start()
        self.click("登录")
        self.fill({"登录名": login, "密码": password})
        self.press("登录")
        expect(self.page.get_by_role("button", name="退出", exact=True)).to_be_visible()

    def come_in(self, login: str, password: str = PASSWORD) -> None:
        """What the form to log in does, without looking at its page once more."""
        form: dict[str, str | float | bool] = {"login": login, "password": password}
        answer = self._context.request.post(f"{self._address}/identity/login", form=form, max_redirects=0)
        self.page.goto(urljoin(answer.url, answer.headers["location"]))
        expect(self.page.get_by_role("button", name="退出", exact=True)).to_be_visible()
        self.look()

    def click(self, name: str, within: Locator | None = None) -> None:
        """Follow the first link of that name."""
        self._turn_to_page()
        (within or self.page).get_by_role("link", name=name).first.click()
        self.look()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button (or the link that looks like one) of that name."""
        self._turn_to_page()
        (within or self.page).get_by_role("button", name=name).last.click()
        self.look()

    def look(self) -> None:
        """Look at the page that came."""
        self._wait_for_parts()
        self._inspector.look(self.page)

    def look_in_every_mode(self) -> None:
        """The same page with large text and with high contrast."""
        self._inspector.look_in_every_mode(self.page)

    def in_second_tab(self) -> Somebody:
        """The same person, looking at the same page in another tab."""
        other = copy(self)
        other.page = self._context.new_page()
        other.page.goto(self.page.url)
        return other

    def reads(self, text: str | Pattern[str]) -> None:
        """That text stands on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def waits_for(self, text: str, within: Locator | None = None) -> None:
        """Reload the page, as people do, until the text is there."""
        place = within or self.page.locator("main")
        until = time.monotonic() + 20
        while text not in place.inner_text():
            assert time.monotonic() < until, f"{text} did not come: {place.inner_text()}"
            time.sleep(0.3)
            self.page.reload()
            self._wait_for_parts()
        self._inspector.look(self.page)

    def fill(self, answers: Answers, within: Locator | None = None) -> None:
        """Write the answers under their labels."""
        self._turn_to_page()
        for label, value in answers.items():
            self._answer(within or self.page.locator("main"), label, value)

    def leave(self) -> None:
        """Close the browser; scripts must not have failed, nor the page's policy have stopped anything."""
        self._context.close()
        assert self.failures == []

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "Content Security Policy" in said.text:
            self.failures.append(said.text)

    def _wait_for_parts(self) -> None:
        """The page is there, and what its scripts fetch into it at once."""
        self.page.wait_for_load_state()
        expect(self.page.locator(_ON_ITS_WAY)).to_have_count(0, timeout=30_000)

    def _turn_to_page(self) -> None:
        """In a tab behind another one Chromium draws about once a second."""
        self.page.bring_to_front()

    def _answer(self, place: Locator, label: str, value: Any) -> None:
        group = place.get_by_role("group", name=label)
        field = place.get_by_label(label)
        if not group.count() and not field.count():
            self._ask_on(place, group.or_(field))
        if isinstance(value, date):
            for unit, number in zip("年月日", (value.year, value.month, value.day), strict=True):
                group.get_by_label(unit).fill(str(number))
        elif isinstance(value, Path):
            field.set_input_files(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            field.set_input_files([file_from(each) for each in value])
        elif isinstance(value, list):
            for each in value:
                group.get_by_label(each, exact=True).check()
        elif value is True:
            field.check()
        elif group.count():
            group.get_by_label(value, exact=True).check()
        else:
            _write(field.first, value)

    def _ask_on(self, place: Locator, asked: Locator) -> None:
        """Without scripts a button asks for the questions that follow; with them they come by themselves."""
        button = place.get_by_role("button", name="更新后面的问题")
        if button.count() and button.first.is_visible():
            button.last.click()
        asked.first.wait_for(state="attached")


def file_from(described: Mapping[str, Any]) -> FilePayload:
    """A file to upload from its name, kind and content."""
    return {"name": described["name"], "mimeType": described["type"], "buffer": described["content"]}


def _write(field: Locator, text: str) -> None:
    if field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(label=text)
    else:
        field.fill(text)
