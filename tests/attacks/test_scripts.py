"""Scripts smuggled into names, reasons, labels, file names and models are words wherever they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.attacks.ground import EVIL, Ground

MOST = 25
READERS = {
    "applicant": {"/intake/cases/?", "/handling/cases/?/log", "/review/cases/?/panel"},
    "approver": {"/workflow/cases/?/recusals", "/intake/cases/?"},
    "auditor": {"/identity/access"},
    "process_owner": {"/workflow/models", "/workflow/decisions/?"},
    "administrator": {
        "/identity/people",
        "/identity/people/?",
        "/identity/organisations",
        "/identity/clients/new",
    },
}
"""Who reads, and kinds of pages on which they find what was smuggled in, as words."""
STARTS = (
    "/", "/workflow/tasks", "/workflow/cases", "/workflow/models", "/workflow/decisions",
    "/workflow/incidents",
    "/intake/register", "/identity/people", "/identity/organisations", "/identity/clients",
    "/identity/access",
    "/identity/account", "/notify/messages", "/notify/deliveries", "/roster/members", "/dispatch/log",
    "/intake/cases/CASE/panel", "/review/cases/CASE/panel", "/dispatch/cases/CASE/panel",
    "/handling/cases/CASE/panel", "/handling/cases/CASE", "/evaluation/cases/CASE/panel",
    "/review/cases/CASE",
    "/workflow/cases/CASE/recusals", "/workflow/tasks/TASK/assignment",
    "/workflow/cases/CASE", "/workflow/tasks/TASK", "/intake/applications/CASE",
    "/identity/people?q=EVIL", "/workflow/tasks?q=EVIL&sort=EVIL&page=EVIL", "/intake/register?name=EVIL",
    "/identity/login?next=EVIL&done=EVIL", "/EVIL", "/intake/notices/EVIL", "/workflow/models/EVIL",
)  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of a page: its links, its words, and what would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.runs: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        places = [
            said.get(name, "") for name in ("href", "src", "action", "formaction", "data", "xlink:href")
        ]
        bad = any(value.strip().lower().startswith(("javascript:", "data:text")) for value in places)
        if bad or any(name.startswith("on") for name in said) or said.get("src") == "x":
            self.runs.append(f"{tag} {said}")
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and not said.get("nonce")):
            self.runs.append(f"{tag} {said}")
        self.words += said.values()
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def kind_of(link: str) -> str:
    """Links that differ in ids only lead to pages of one kind."""
    return "/".join(
        "?" if any(sign.isdigit() for sign in part) else part for part in link.split("?")[0].split("/")
    )


def walked(ground: Ground, login: str) -> Iterator[tuple[str, Page]]:
    """The pages that somebody comes to, one of each kind."""
    named = {
        "CASE": ground.found["case"],
        "TASK": ground.found["task"],
        "EVIL": "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    }
    waiting = list(STARTS)
    seen: Counter[str] = Counter()
    known: set[str] = set()
    while waiting and len(known) < MOST + len(STARTS):
        link = waiting.pop(0)
        for name, value in named.items():
            link = link.replace(name, value)
        if link in known or seen[kind_of(link)] > 0 or link.startswith("/static"):
            continue
        known.add(link)
        seen[kind_of(link)] += 1
        answer = ground.ask(login, "GET", link)
        if answer.headers["Content-Type"].startswith("text/html"):
            page = Page(answer.text)
            yield link, page
            waiting += page.links


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_was_smuggled_in_runs(reader: str, ground: Ground) -> None:
    pages = dict(walked(ground, reader))
    assert {link: page.runs for link, page in pages.items() if page.runs} == {}
    words = {link: " ".join(page.words) for link, page in pages.items()}
    shown = {kind_of(link) for link, text in words.items() if EVIL[:30] in text}
    assert shown >= READERS[reader]


def test_the_search_knows_what_would_run() -> None:
    """Each of these would be found."""
    evil = (
        "<script>1</script>", "<img src=x>", "<p onclick=x>", '<a href=" JavaScript:x">', "<iframe>",
        "<base>",
        '<form action="javascript:x">', '<svg onload="x">',
    )  # fmt: skip
    assert [text for text in evil if not Page(text).runs] == []
    assert Page('<script nonce="n">1</script><a href="/x?next=javascript:x">').runs == []
