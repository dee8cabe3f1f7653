"""Every page that links lead to, for every role: clean for axe, no wider than the screen, no dead link."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.looking import place_of
from tests.browser.persons import Somebody

pytestmark = pytest.mark.browser
DOWNLOADS = re.compile(r"\.(docx|xlsx|csv)$|/xml$|/files/")
LEAVES = re.compile(r"/identity/(display|logout)")
ROLES = (
    "administrator", "process_owner", "dispatcher", "firm_manager", "handler", "clerk", "authority",
    "archivist", "auditor", "applicant",
)  # fmt: skip


@pytest.fixture(scope="module")
def walked() -> set[str]:
    """The places somebody has been to already."""
    return set()


@pytest.mark.parametrize("login", ROLES)
def test_links_lead_to_pages(staff: Callable[[str], Somebody], walked: set[str], login: str) -> None:
    """From the start page, two links deep."""
    person = staff(login)
    links = links_on(person)
    for _ in range(2):
        found: list[str] = []
        for link in links:
            if place_of(link) not in walked:
                walked.add(place_of(link))
                answer = person.page.goto(link)
                assert answer is not None
                assert answer.status == 200, link
                person.look()
                found += links_on(person)
        links = found


def links_on(person: Somebody) -> list[str]:
    """The addresses of our own pages that this page links to."""
    here = urlsplit(person.page.url).netloc
    plain = "links => links.map(a => a.href.split('#')[0])"
    addresses: list[str] = person.page.locator("a[href]").evaluate_all(plain)
    return [a for a in addresses if urlsplit(a).netloc == here and is_page(urlsplit(a).path)]


def is_page(path: str) -> bool:
    """Neither a file to save nor a switch."""
    return not DOWNLOADS.search(path) and not LEAVES.match(path)
