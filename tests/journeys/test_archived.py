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

from demo import answers, stories
from demo.drive import Drive
from demo.people_of import Actor
from services.notify.models import Delivery
from services.workflow.models import ElementInstance, Incident, Instance, Job, Recusal, Task
from tests.embedded import Embedded
from tests.journeys.mortal import traces

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
KEYS = {
    "incidents": "incident", "process-instances": "instance", "element-instances": "element", "jobs": "job",
    "user-tasks": "task", "tasks": "task",
}  # fmt: skip
"""Whose key stands in a path, by the segment before it."""
OF_STAFF = {"user-tasks", "tasks"}
OVERSEEN = {"/v2/process-instances", "/v2/user-tasks/<int:key>"}
NOBODY = UUID(int=0)
NOT_ABOUT_A_CASE = {
    "identity": "accounts, sessions, organisations", "roster": "members",
    "/v2/deployments": "models", "/v2/signals/broadcast": "reaches who waits",
    "/v2/jobs/activation": "takes what waits for outsiders",
    "/v2/process-instances/cancellation": "each process is judged in its turn",
    "/v2/process-instances/migration": "each process is judged in its turn",
    "/workflow/models/<process>/migrate": "each process is judged in its turn",
    "/v2/batch-operations/<int:key>/<any(suspension,resumption,cancellation):change>": "goes on with many",
    "/workflow/batches/<int:key>/cancel": "goes on with many",
    "/workflow/batches/<int:key>/undo": "takes back what one migration did",
    "/workflow/api/process-instances/<int:key>/migration/undo": "there was none to take back",
    "/v2/decision-definitions/evaluation": "tries a decision on its own",
    "/v2/expression/evaluation": "tries an expression on its own",
    "/intake/notices/new": "begins a case", "/intake/api/notices": "begins a case",
    "/intake/api/notices/letters": "files of a case to come",
    "/evaluation/improvements": "measures of the agency",
    "/evaluation/improvements/<uuid:identifier>/done": "measures of the agency",
    "/intake/apply": "begins a draft", "/intake/api/applications": "begins a draft",
    "/notify/messages/read": "marks the reader's own messages as read",
    "/notify/messages/<uuid:letter_id>/read": "marks the reader's own message as read",
    "/notify/api/messages/<uuid:letter_id>/read": "marks the reader's own message as read",
    "/workflow/absences/of/<uuid:person_id>": "who is away, and who stands in",
    "/workflow/absences/<uuid:absence_id>/cancel": "who is away no more",
    "/notify/deliveries/<uuid:delivery_id>/disclosure": "notes who was shown a telephone number",
    "/intake/cases/<uuid:case_id>/disclosure": "notes who was shown the parties in full",
}  # fmt: skip
"""Routes that write, but nothing about a case: a service, or a path."""
WHO = {
    "intake": "applicant", "review": "applicant", "dispatch": "applicant", "handling": "handler",
    "evaluation": "applicant", "notify": "clerk", "workflow": "handler",
}  # fmt: skip
CLERKS = {
    "/evaluation/cases/<uuid:case_id>/survey/answers", "/evaluation/api/cases/<uuid:case_id>/survey/answers"
}  # fmt: skip
SUPERVISED = {"/workflow/cases/<uuid:case_id>/recusals", "/workflow/recusals/<uuid:recusal_id>/lift"}
WITHDRAWN = {"reason": "relative", "text": "是申请人的堂兄"}
REPORT = {"ground": "REQUESTED", "facts": "自己请了律师。"}
CHANGE = {"ground": "DUTY_BREACH", "statement": "一直联系不上承办人员。", "evidence": "通话记录。"}
STAY = {"since": "2026-03-02", "reason": "等待另案结果。", "document": "裁定书"}
FILE = {"file": ("补交.pdf", answers.PDF, "application/pdf")}
TARGET = {"targetProcessDefinitionKey": "{definition}"}
BEGUN = {"activateInstructions": [{"elementId": "call_review"}]}
ITEM = {"item": str(NOBODY)}
GRADES = answers.RATING["grades"]
TO_BE_DELETED = "intake.discarded_file"
"""A refused upload is noted here until it is deleted from the disk."""
PERSON = {
    name: answers.APPLICATION[name]
    for name in ("name", "id_kind", "id_number", "phone", "address", "capacity")
}
BODIES: dict[str, dict[str, Any]] = {
    "/v2/messages/publication": {"json": {"name": "survey_answered", "correlationKey": "{case_id}"}},
    "/v2/messages/correlation": {"json": {"name": "survey_answered", "correlationKey": "{case_id}"}},
    "/v2/process-instances": {"json": {"processDefinitionId": "handling", "businessId": "{case_id}"}},
    "/v2/process-instances/<int:key>/migration": {"json": TARGET},
    "/workflow/api/process-instances/<int:key>/migration/preview": {"json": TARGET},
    "/v2/process-instances/<int:key>/modification": {"json": BEGUN},
    "/workflow/api/process-instances/<int:key>/modification/preview": {"json": BEGUN},
    "/v2/element-instances/<int:key>/variables": {"json": {"variables": {"outcome": "granted"}}},
    "/v2/jobs/<int:key>": {"json": {"changeset": {"retries": 5}}},
    "/v2/jobs/<int:key>/error": {"json": {"errorCode": "BAD"}},
    "/v2/user-tasks/<int:key>": {"json": {"changeset": {"priority": 90}}},
    "/v2/user-tasks/<int:key>/assignment": {"json": {"assignee": "{me}"}},
    "/v2/user-tasks/<int:key>/completion": {"json": {"variables": {}}},
    "/workflow/api/tasks/<int:key>/files": {"files": FILE},
    "/workflow/tasks/<int:key>": {"data": {"revision": "1"}},
    "/workflow/cases/<uuid:case_id>/recusal": {"data": WITHDRAWN},
    "/workflow/cases/<uuid:case_id>/recusals": {"data": {"person": str(NOBODY), **WITHDRAWN}},
    "/workflow/recusals/<uuid:recusal_id>/lift": {"data": {"because": "认错人了"}},
    "/intake/applications/<uuid:case_id>/steps/<key>": {"data": {"revision": "1", **PERSON}},
    "/intake/applications/<uuid:case_id>/check": {"data": {"revision": "1"}},
    "/intake/applications/<uuid:case_id>/materials/<kind>": {"files": FILE},
    "/intake/applications/<uuid:case_id>/correction/<uuid:item_id>": {"files": FILE},
    "/intake/api/applications/<uuid:case_id>/answers": {
        "json": {"revision": 1, "answers": answers.APPLICATION}
    },
    "/intake/api/applications/<uuid:case_id>/materials": {"data": {"kind": "IDENTITY"}, "files": FILE},
    "/intake/api/applications/<uuid:case_id>/submission": {"json": {"revision": 1}},
    "/intake/api/applications/<uuid:case_id>/correction/files": {"data": ITEM, "files": FILE},
    "/intake/api/applications/<uuid:case_id>/correction": {"json": {}},
    "/intake/api/applications/<uuid:case_id>/withdrawal": {"json": {}},
    "/evaluation/cases/<uuid:case_id>/survey": {"data": GRADES},
    "/evaluation/api/cases/<uuid:case_id>/survey": {"json": {"grades": GRADES}},
    "/evaluation/cases/<uuid:case_id>/survey/answers": {"data": {**GRADES, "channel": "phone"}},
    "/evaluation/api/cases/<uuid:case_id>/survey/answers": {"json": {"grades": GRADES, "channel": "phone"}},
    "/review/cases/<uuid:case_id>/terminations/new": {"data": REPORT},
    "/review/api/cases/<uuid:case_id>/terminations": {"json": REPORT},
    "/review/cases/<uuid:case_id>/doubts/new": {"data": {"question": "为什么？"}},
    "/review/api/cases/<uuid:case_id>/doubts": {"json": {"question": "为什么？"}},
    "/review/cases/<uuid:case_id>/objections/new": {"data": {"reasons": "收入没有超过标准。"}},
    "/review/api/cases/<uuid:case_id>/objections": {"json": {"reasons": "收入没有超过标准。"}},
    "/dispatch/cases/<uuid:case_id>/changes/new": {"data": CHANGE},
    "/dispatch/api/cases/<uuid:case_id>/changes": {"json": CHANGE},
    "/handling/cases/<uuid:case_id>/suspensions/new": {"data": STAY, "files": FILE},
    "/handling/api/cases/<uuid:case_id>/suspensions": {"data": STAY, "files": FILE},
    "/notify/deliveries/<uuid:delivery_id>/result": {"data": {"result": "reached"}},
    "/notify/api/deliveries/<uuid:delivery_id>/result": {"json": {"result": "reached"}},
}
"""A body that would be right for a case that is not archived."""


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
        task = (Task.instance_key == instance, Task.element_id == "sign_agreement")
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
