"""An archived case is closed for ever: every writing route of every service refuses it with 409."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from demo import stories
from demo.drive import Drive
from demo.people_of import Actor
from services.notify.models import Delivery
from services.workflow.models import ElementInstance, Incident, Instance, Job, Recusal, Task
from tests.embedded import Embedded
from tests.journeys.archived_requests import (
    BODIES,
    CLERKS,
    NOBODY,
    NOT_ABOUT_A_CASE,
    SUPERVISED,
    TO_BE_DELETED,
    WHO,
    WITHDRAWN,
)
from tests.journeys.mortal import traces

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
KEYS = {
    "incidents": "incident", "process-instances": "instance", "element-instances": "element", "jobs": "job",
    "user-tasks": "task", "tasks": "task",
}  # fmt: skip
"""Whose key stands in a path, by the segment before it."""
OF_STAFF = {"user-tasks", "tasks"}
GIVEN = {"/workflow/tasks/<int:key>/assignment", "/workflow/tasks/<int:key>/assignment/end"}
"""What a supervisor does with tasks that are offered to a role."""
OVERSEEN = {"/v2/process-instances", "/v2/user-tasks/<int:key>", *GIVEN}


class Archived:
    """A system with one archived case, and somebody who asks for everything once more."""

    def __init__(self, house: Embedded) -> None:
        self.house = house
        self.drive: Drive = house.drive()
        stories.granted(self.drive)
        self.apps: dict[str, Flask] = house.system.apps
        self._incident = self._left_incident()
        self._recusal = self._left_recusal()
        for login in (*WHO.values(), "process_owner", "approver"):
            assert self._person(login).token  # logged in before anything is compared

    def ask(self, service: str, method: str, rule: Rule) -> int:
        """The status of a request about the case by the one whose business it is."""
        me = self._person(whose(service, rule))
        path = self.apps[service].url_map.bind("").build(rule.endpoint, self._arguments(rule), method)
        text = json.dumps(BODIES.get(rule.rule, {}).get("json"))
        definition = self._one("workflow", Instance.definition_key, *self._of_case())
        known = {"{case_id}": self.drive.case_id, "{me}": me.id, "{definition}": str(definition)}
        for name, value in known.items():
            text = text.replace(name, value)
        filled = json.loads(text)
        options = {**BODIES.get(rule.rule, {}), **({"json": filled} if filled else {})}
        return self.house.http.request(method, path, headers=me.headers, **options).status_code

    def _left_incident(self) -> int:
        """The key of an incident that nobody looked after before the case was archived."""
        with self.house.system.runtimes["workflow"].transaction() as work:
            of_case = sa.select(Instance).where(Instance.case_id == UUID(self.drive.case_id))
            instance = work.session.scalars(of_case).one()
            incident = Incident(
                key=work.ids.key(work.clock.now()), instance_key=instance.key, process_id=instance.process_id,
                definition_key=instance.definition_key, element_key=instance.key, element_id="archive",
                job_key=None, kind="TIMER_ERROR", reason="-", status="ACTIVE", raised_at=work.clock.now(),
            )  # fmt: skip
            work.session.add(incident)
            return incident.key

    def _left_recusal(self) -> UUID:
        """Somebody still stays away from the case."""
        with self.house.system.runtimes["workflow"].transaction() as work:
            recusal = Recusal(
                id=work.ids.uuid(), case_id=UUID(self.drive.case_id), person_id=NOBODY, role="reviewer",
                at=work.clock.now(), by=NOBODY, **WITHDRAWN,
            )  # fmt: skip
            work.session.add(recusal)
            return recusal.id

    def _person(self, login: str) -> Actor:
        return self.drive.actor(self.drive.handler() if login == "handler" else login)

    def _one(self, service: str, column: Any, *where: Any) -> Any:
        with self.house.system.runtimes[service].reading() as session:
            return session.execute(sa.select(column).where(*where).limit(1)).scalar_one()

    def _arguments(self, rule: Rule) -> dict[str, Any]:
        """Values for the path that belong to the case."""
        case_id = UUID(self.drive.case_id)
        call = (Delivery.case_id == case_id, Delivery.channel == "phone")
        values = {
            "case_id": case_id, "kind": "IDENTITY", "item_id": NOBODY, "material_id": NOBODY,
            "recusal_id": self._recusal, "delivery_id": self._one("notify", Delivery.id, *call),
            "key": "applicant" if "steps" in rule.rule else self._key(rule),
        }  # fmt: skip
        return {name: values[name] for name in rule.arguments}

    def _of_case(self) -> tuple[sa.ColumnElement[bool]]:
        return (Instance.case_id == UUID(self.drive.case_id),)

    def _key(self, rule: Rule) -> int:
        """Of what the path names before it."""
        instance = self._one("workflow", Instance.key, *self._of_case())
        element = "examine_materials" if rule.rule in GIVEN else "sign_agreement"
        task = (Task.instance_key == instance, Task.element_id == element)
        found = {
            "incident": self._incident, "instance": instance,
            "element": self._one("workflow", ElementInstance.key, ElementInstance.instance_key == instance),
            "job": self._one("workflow", Job.key, Job.instance_key == instance),
            "task": self._one("workflow", Task.key, *task),
        }  # fmt: skip
        return found[KEYS.get(kind_of(rule), "task")]


@pytest.fixture(scope="module")
def archived(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    house = Embedded(shutil.copytree(prepared, tmp_path_factory.mktemp("archived") / "system"))
    yield Archived(house)
    house.close()


def kind_of(rule: Rule) -> str:
    """The segment of the path before the key."""
    return rule.rule.partition("/<int:key>")[0].rpartition("/")[2]


def whose(service: str, rule: Rule) -> str:
    """The login of who has to do with this."""
    if rule.rule in SUPERVISED:
        return "approver"
    return "process_owner" if managed(rule) else "clerk" if rule.rule in CLERKS else WHO[service]


def managed(rule: Rule) -> bool:
    """Whether this is for process owners."""
    return (
        rule.rule.startswith("/v2/messages/")
        or kind_of(rule) in KEYS.keys() - OF_STAFF
        or (rule.rule in OVERSEEN)
    )


def writing_routes(apps: dict[str, Flask]) -> list[tuple[str, str, Rule]]:
    """Service, method and rule of every route that writes about a case."""
    return [
        (name, method, rule)
        for name, app in apps.items()
        for rule in app.url_map.iter_rules()
        for method in sorted(WRITING & (rule.methods or set()))
        if name not in NOT_ABOUT_A_CASE and rule.rule not in NOT_ABOUT_A_CASE
        if not rule.rule.endswith("/search") and "not-offered" not in rule.endpoint
    ]


def test_the_exceptions_are_still_there(archived: Archived) -> None:
    known = {rule.rule for app in archived.apps.values() for rule in app.url_map.iter_rules()}
    assert {name for name in NOT_ABOUT_A_CASE if name.startswith("/")} <= known
    assert set(BODIES) | OVERSEEN | SUPERVISED <= known


@pytest.mark.clause("S0-7.1b")
def test_every_writing_route_refuses_an_archived_case(archived: Archived) -> None:
    before = traces(archived.house)
    routes = writing_routes(archived.apps)
    asked = {f"{method} {rule.rule}": archived.ask(name, method, rule) for name, method, rule in routes}
    assert {route: status for route, status in asked.items() if status != 409} == {}
    assert len(asked) > 20
    archived.house.pause()
    after = traces(archived.house)
    assert {name for name, rows in after.items() if rows != before[name]} <= {TO_BE_DELETED}
