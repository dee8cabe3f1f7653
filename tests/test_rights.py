"""Every route demands a right of the table or is open for a reason; no right is of no use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Blueprint

from services import routes
from services.rights_page import PAGE, rights_page
from services.routes import Route, all_routes
from services.system import SERVICES
from shared.rights import EVERYONE, RIGHTS
from shared.rights.words import EN, PARTS, ZH, actions_of, holders_in_words, relations_in_words
from shared.service import Service
from shared.web import needs, open_to_all

ROOT = Path(__file__).parents[1]
OPEN = {
    *(f"/{name}/health" for name in SERVICES),
    "/", "/intake/", "/intake/materials", "/intake/notices/<version>", "/intake/papers/<code>",
    "/intake/papers/<code>.docx", "/intake/api/notice",
    "/identity/join", "/identity/login", "/identity/logout", "/identity/register", "/identity/display",
    "/identity/session.svg",
    "/identity/.well-known/jwks.json", "/identity/oauth/token",
    "/notify/messages/count", "/v2/openapi.json",
}  # fmt: skip
"""Addresses that need no login; why, stands with each route and in docs/rights.md."""


@pytest.fixture(scope="module")
def known() -> list[Route]:
    return all_routes()


def test_only_the_routes_of_the_open_list_demand_no_right(known: list[Route]) -> None:
    assert {route.path for route in known if route.reason} == OPEN
    assert {route.action for route in known if route.action} <= set(RIGHTS)
    assert {route.service for route in known} == set(SERVICES)


@pytest.mark.parametrize("access", ["", "open: ", "roles: clerk"])
def test_a_route_that_demands_nothing_is_found(monkeypatch: pytest.MonkeyPatch, access: str) -> None:
    blueprint = Blueprint("doors", __name__)
    blueprint.add_url_rule("/good", "good", needs("intake.case.read")(lambda: ""))
    blueprint.add_url_rule("/open", "open", open_to_all("for all")(lambda: ""))
    _serve(monkeypatch, blueprint)
    found = {route.path: (route.action, route.reason) for route in all_routes()}
    assert (found["/good"], found["/open"]) == (("intake.case.read", None), (None, "for all"))
    bad = lambda: ""  # noqa: E731 (a view without a name of its own)
    bad.access = access  # type: ignore[attr-defined]
    late = Blueprint("late", __name__)
    late.add_url_rule("/bad", "bad", bad)
    _serve(monkeypatch, late)
    with pytest.raises(ValueError, match="/bad"):
        all_routes()


def _serve(monkeypatch: pytest.MonkeyPatch, blueprint: Blueprint) -> None:
    declared = Service(name="intake", metadata=None, handlers={}, blueprints=(blueprint,))  # type: ignore[arg-type]
    monkeypatch.setattr(routes, "service", lambda _: declared)


def test_every_right_is_asked_for_somewhere(known: list[Route]) -> None:
    code = [p for folder in ("services", "shared") for p in (ROOT / folder).rglob("*") if _is_code(p)]
    named = set(re.findall(r'"([a-z_]+\.[a-z_]+\.[a-z_]+)"', "".join(p.read_text("utf-8") for p in code)))
    made = {f"{name}.case.read" for name in SERVICES}  # the panels of the case page
    assert set(RIGHTS) <= named | made | {route.action for route in known}


def _is_code(path: Path) -> bool:
    return path.suffix in (".py", ".html") and "dist" not in path.parts


def test_an_unknown_right_is_refused_where_it_is_demanded() -> None:
    with pytest.raises(ValueError, match=r"intake\.case\.raed"):
        needs("intake.case.raed")


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == rights_page(), "run make reference"


def test_every_right_stands_in_a_part_of_the_page() -> None:
    assert [a for service in PARTS for a in actions_of(service)] == list(RIGHTS.values())


def test_rights_in_words() -> None:
    assert holders_in_words(RIGHTS["intake.notice.enter"], ZH) == (
        "办案机关联络人员：本办案机关的；受理人员：本机构及下级机构的"
    )
    assert holders_in_words(RIGHTS["intake.case.read_full"], EN) == (
        "Handler: assigned to oneself; Contact of an authority: asked for by one's authority; "
        "Applicant: one's own"
    )
    assert relations_in_words(RIGHTS["workflow.file.read"], "clerk", ZH) == (
        "本人的或者由本人承办或办理的或者本机构及下级机构的"
    )


def test_the_rights_of_a_role_are_its_own_and_everyones() -> None:
    names = {action.name for action in actions_of("intake", "applicant")}
    assert {"intake.application.fill", "intake.progress.follow"} <= names
    assert "intake.case.list" not in names
    assert {action.name for action in actions_of("intake", EVERYONE.code)} == {"intake.progress.follow"}
