"""Looks at every distinct page a person meets: clean for axe, no wider than the screen, in plain Chinese.

The pages are read again by an inspector with scripts on, because axe cannot run where scripts are off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, ViewportSize

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1200, "height": 900}
MODES = {"text": "large", "contrast": "high"}
_NAMED = re.compile(r"/([0-9a-f]{8}-[0-9a-f-]{27}|\d{6,}|[A-Z_]+)(?=/|$)")
_NAMELESS = re.compile(r"/materials/|^/identity/people/\*$")
"""Where the heading is what somebody named a thing, or somebody's name: those pages are alike."""
_NOT_STATIC = re.compile(r"^(?!.*/static/)")
# Only what is wrong is worked out in full and sent over; no rule used here reads style sheets by itself.
_AXE = """async rules => {
    const found = await axe.run({runOnly: rules, resultTypes: ["violations"], preload: false});
    return found.violations.map(v => ({id: v.id, nodes: v.nodes.map(n => ({target: n.target}))}));
}"""
_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


class Inspector:
    """Keeps which pages were seen and what was wrong with them."""

    def __init__(self, browser: Browser, looked_at: Path, album: Path | None) -> None:
        context = browser.new_context(bypass_csp=True, viewport=PHONE)
        context.add_init_script(path=AXE)
        self._page = context.new_page()
        self._looked_at = looked_at
        self._album = album
        self.seen: dict[str, list[str]] = {}

    def look(self, page: Page) -> None:
        """Inspect the page unless one like it was inspected before."""
        name = name_of(page)
        if name in self.seen:
            return
        self.seen[name] = []
        if not self._is_first(name):
            return
        self._open(page.url, page.content())
        self._page.set_viewport_size(PHONE)
        self._inspect(name, "phone")
        self._page.set_viewport_size(DESK)
        if self._page.locator("table").count():  # on a phone its rows are blocks
            self._inspect(name, "desk")
        else:
            self._fits(name, "desk")

    def look_in_every_mode(self, page: Page) -> None:
        """The same on a phone with large text and with high contrast."""
        self._open(page.url, page.content())
        self._page.set_viewport_size(PHONE)
        for mode, value in MODES.items():
            self._page.evaluate("([m, v]) => document.documentElement.dataset[m] = v", [mode, value])
            name = f"{name_of(page)} {mode}"
            self.seen[name] = []
            self._inspect(name, "phone")
            self._page.evaluate("mode => delete document.documentElement.dataset[mode]", mode)

    def faults(self) -> list[str]:
        """Everything found, each with its page."""
        return [f"{name}: {fault}" for name, found in self.seen.items() for fault in found]

    def _is_first(self, name: str) -> bool:
        """Has no other process of this test run inspected a page like it?"""
        try:
            (self._looked_at / sha256(name.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _open(self, url: str, html: str) -> None:
        def answer(route: Route) -> None:
            if route.request.resource_type == "document":
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            else:
                route.abort()

        self._page.unroute_all()
        self._page.route(_NOT_STATIC, answer)
        self._page.goto(url)

    def _inspect(self, name: str, place: str) -> None:
        found = self._page.evaluate(_AXE, RULES)
        self.seen[name] += [f"{place} {v['id']} {[n['target'] for n in v['nodes']]}" for v in found]
        self._fits(name, place)

    def _fits(self, name: str, place: str) -> None:
        if not self._page.evaluate(_FITS):
            self.seen[name].append(f"wider than the screen of a {place}")
        if self._album:
            self._picture(f"{len(self.seen):02d} {name} {place}")

    def _picture(self, name: str) -> None:
        assert self._album is not None
        file = re.sub(r"[^\w-]+", "_", name)
        self._page.screenshot(path=self._album / f"{file}.png", full_page=True)


def name_of(page: Page) -> str:
    """The page's address without ids, and whether it shows problems: alike pages have one name."""
    place = place_of(page.url)
    wrong = page.locator(".govuk-error-summary").count() > 0
    heading = "" if _NAMELESS.search(place) else page.locator("h1").first.inner_text()
    return f"{place} {_plain(heading)}{' with problems' if wrong else ''}"


def place_of(url: str) -> str:
    """The path with a star for every id and code."""
    return _NAMED.sub("/*", urlsplit(url).path)


def _plain(heading: str) -> str:
    """The heading without numbers, which differ from case to case."""
    return "".join(_letters(heading))[:40]


def _letters(text: str) -> Iterable[str]:
    return (sign for sign in text if sign.isalpha())
