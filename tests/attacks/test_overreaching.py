"""Fields that are not the sender's to fill, and programs that reach beyond what they were granted."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from marshmallow import INCLUDE, RAISE, Schema

import services
from services.identity.models import LoginSession, RoleGrant
from services.identity.queries import person_by_login
from services.identity.schemas import PostedForm
from services.routes import all_routes
from tests.attacks.addresses import address
from tests.attacks.ground import Ground
from tests.attacks.tokens import signed

MORE: dict[str, Any] = {
    "role": "administrator", "roles": "administrator", "organisation": "/demo-city/", "state": "active",
    "is_admin": "1", "id": "00000000-0000-0000-0000-000000000001", "person_id": "x", "by": "x",
    "assignee": "x", "password_hash": "x", "sub": "x", "applicant_id": "x", "number": "1",
}  # fmt: skip
"""What nobody may say of themselves, by the names that things have here and elsewhere."""


NEW = {"password_new": "green tea 33", "password_again": "green tea 33"}
PASSWORD = "fayuan-demo-2026"


def schemas(kind: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every schema of the services, once all their modules are there."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("services."):
            yield each
        yield from schemas(each)


def test_no_schema_keeps_what_it_does_not_name() -> None:
    """Bodies of programs refuse it; forms of pages, whose buttons have names too, leave it out."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if "migrations" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)
    found = set(schemas())
    assert len(found) > 40
    of_the_document_only = {"AnyObject"}
    assert {s.__name__ for s in found if s.opts.unknown == INCLUDE} == of_the_document_only
    assert {s.opts.unknown for s in found if s.__name__.endswith(("Body", "Strict"))} == {RAISE}
    assert {s.opts.unknown for s in schemas(PostedForm)} == {PostedForm.opts.unknown}


def person(ground: Ground, login: str) -> tuple[Any, ...]:
    """What is kept of somebody, with their roles."""
    runtime = ground.system.runtimes["identity"]
    with runtime.reading() as session:
        found = person_by_login(session, runtime.keys, login)
        assert found
        held = sa.select(RoleGrant.role, RoleGrant.organisation).where(RoleGrant.person_id == found.id)
        roles = sorted(tuple(row) for row in session.execute(held))
        return found.id, found.organisation, found.state, found.password_hash, roles


def test_who_signs_up_is_a_citizen_whatever_they_say(ground: Ground) -> None:
    words = {**NEW, "login": "administrator"}
    form = {**MORE, **words, "name": "贾越权", "mobile": "13800000777"}
    before = person(ground, "administrator")
    assert ground.ask(None, "POST", "/identity/register", data=form).status_code == 303
    known, place, _, _, roles = person(ground, "13800000777")
    assert str(known) != MORE["id"]
    assert (place, roles) == ("/public/", [("applicant", "/public/")])
    assert person(ground, "administrator") == before


@pytest.mark.parametrize(("login", "path"), [
    ("clerk3", "/identity/account/password"), ("clerk3", "/identity/account/sessions/end"),
    ("firm_manager2", "/identity/people/{}/change"), ("firm_manager2", "/identity/people/{}/roles"),
    ("firm_manager2", "/identity/people/{}/invite"),
])  # fmt: skip
def test_nobody_changes_another_by_naming_them(login: str, path: str, ground: Ground) -> None:
    """Neither in the form nor in the address, nor what the form does not ask for."""
    victim = person(ground, "administrator")
    with ground.system.runtimes["identity"].reading() as session:
        sessions = session.scalars(sa.select(LoginSession).where(LoginSession.person_id == victim[0])).all()
        their = str(sessions[0].id)
    words = {**NEW, "password_old": PASSWORD, "phone": "13800000778"}
    named = {"person_id": str(victim[0]), "login": "administrator", "id": their, "name": "贾"}
    sent = ground.ask(login, "POST", path.format(victim[0]), data={**MORE, **words, **named})
    assert sent.status_code != 500
    assert person(ground, "administrator") == victim
    with ground.system.runtimes["identity"].reading() as session:
        assert session.get_one(LoginSession, sessions[0].id).ended_at is None


def test_an_application_is_the_senders_and_a_draft(ground: Ground) -> None:
    version = ground.persons.actor("applicant2").get("/intake/api/notice")["version"]
    consent = {"notice_version": version, "confirmed": True}
    for name, value in {**MORE, "case_id": MORE["id"], "confirmed_by": "x", "revision": 9}.items():
        sent = ground.ask("applicant2", "POST", "/intake/api/applications", json={**consent, name: value})
        assert sent.status_code == 422, name
    draft = f"/intake/api/applications/{ground.found['draft']}"
    answers = {"revision": 1, "answers": {}, "number": "1", "state": "SUBMITTED"}
    assert ground.ask("applicant", "PUT", f"{draft}/answers", json=answers).status_code == 422
    assert ground.ask("applicant", "GET", draft).json()["state"] == "DRAFT"


@pytest.mark.parametrize("scope", ["", "workflow.task.read"])
def test_a_program_does_nothing_beyond_its_scopes(scope: str, system_apps: dict[str, Flask]) -> None:
    """At every address (without any scope at every eighth): its role would let it in, its token does not."""
    held = [{"role": "integration", "organisation": "/"}, {"role": "administrator", "organisation": "/"}]
    token = signed(system_apps["identity"], roles=held, scope=scope)
    clients = {name: app.test_client() for name, app in system_apps.items()}
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    closed = [route for route in all_routes() if route.action not in (None, scope)]
    every = [(route.service, route.path, method) for route in closed for method in route.methods]
    tried = every if scope else every[::8]
    let_in = {
        (name, path): method for name, path, method in tried
        if clients[name].open(address(path), method=method, headers=headers).status_code != 403
    }  # fmt: skip
    assert len(every) > 300
    assert let_in == {}


def test_unknown_programs_and_wrong_secrets_look_alike(ground: Ground) -> None:
    answers = []
    for name in ("demo-client", "no-such-client"):
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "x" * 43}
        answer = ground.ask(None, "POST", "/identity/oauth/token", data=form)
        answers.append((answer.status_code, answer.text, sorted(answer.headers.items())))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


def test_codes_and_numbers_tell_nothing(ground: Ground) -> None:
    """A code nobody has reads as one of a wrong form; signing up again reads as for the first time."""
    codes = ("AAAA-AAAA-AAAA", "2222-3333-4444")
    pages = [ground.ask(None, "POST", "/identity/join", data={"code": c, **NEW}) for c in codes]
    assert {page.status_code for page in pages} == {422}
    numbers = ("13800000001", "13800000666")
    again = [
        ground.ask(None, "POST", "/identity/register", data={"name": "贾", "mobile": mobile, **NEW})
        for mobile in numbers
    ]
    assert {a.status_code for a in again} == {303}
    ways = {a.headers["Location"].replace(number, "") for a, number in zip(again, numbers, strict=True)}
    assert len(ways) == 1
