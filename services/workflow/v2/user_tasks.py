"""`/v2/user-tasks`: found, given, put back and completed; a task of others does not exist."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from flask import jsonify
from marshmallow import fields
from sqlalchemy.orm import Session

from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.human import tasks
from services.workflow.human.standing_in import stand_ins
from services.workflow.models import FormVersion, Task
from services.workflow.models.tasks import CREATED
from services.workflow.problems import TaskOver
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.door import NO_CONTENT, TENANT, blueprint, body_as
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import Strict, asked_page, found, search_schema
from services.workflow.v2.shapes import (
    key,
    mapping,
    moment,
    names,
    number,
    operation,
    results_of,
    shape,
    text,
)
from services.workflow.v2.task_filters import SORTS, TASK_STATES, TaskFilter, task_conditions
from services.workflow.v2.task_pages import name_of, tasks_page
from services.workflow.v2.texts import instant
from services.workflow.visibility import may_see_task, oversees_task, sight_of_tasks
from shared.errors import Forbidden, NotFound
from shared.web import Person, current_person, logged_in, reading, runtime, transaction


class AssignmentSchema(Strict):
    """Who gets the task: a person's id."""

    assignee = fields.UUID(required=True)
    allowOverride = fields.Boolean(load_default=True, allow_none=True)
    action = fields.String(allow_none=True)


class CompletionSchema(Strict):
    """The answers of the task's form."""

    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    action = fields.String(allow_none=True)


_OPEN = [("$eq", CREATED)]
_SEARCH = search_schema(TaskFilter, list(SORTS))
_ASSIGNMENT, _COMPLETION = AssignmentSchema(), CompletionSchema()


TASK = shape(
    "UserTask", name=text(nullable=True), state=text(*TASK_STATES), assignee=text(nullable=True),
    elementId=text(), candidateGroups=names(), candidateUsers=names(), processDefinitionId=text(),
    creationDate=moment(), completionDate=moment(nullable=True), followUpDate=moment(nullable=True),
    dueDate=moment(nullable=True), tenantId=text(), externalFormReference=text(nullable=True),
    processDefinitionVersion=number(), customHeaders=mapping(), userTaskKey=key(), elementInstanceKey=key(),
    processName=text(nullable=True), processDefinitionKey=key(), processInstanceKey=key(),
    rootProcessInstanceKey=key(), businessId=text(nullable=True), formKey=key(nullable=True), tags=names(),
    priority=number(),
)  # fmt: skip
FORM = shape("Form", tenantId=text(), formId=text(), schema=text(), version=number(), formKey=key())


@blueprint.post("/user-tasks/search")
@logged_in
@operation(takes=_SEARCH, gives=results_of(TASK))
def search_tasks() -> Any:
    """The tasks the reader may take, has, had or oversees.

    Differs: who asks sees the tasks offered to them, taken or done by them, or of the organisations
    they oversee; no tags. What was put away is found by its process, case or key only.
    """
    body = body_as(_SEARCH)
    sorts = [(s["field"], s["order"] == "DESC") for s in body["sort"]]
    wanted, person = body["filter"], current_person()
    opened = wanted.get("state") == _OPEN
    rules = task_conditions({n: v for n, v in wanted.items() if not (opened and n == "state")})
    with reading() as session, including_named(session, body["filter"]) as session:
        sight = sight_of_tasks(person, stand_ins(session, person, runtime().clock.now()))
        page = tasks_page(session, sight, sorts, asked_page(body), opened=opened, rules=rules)
    return jsonify(found(page, lambda row: _result(row, row.process_name)))


@blueprint.get("/user-tasks/<int:key>")
@logged_in
@operation(gives=TASK)
def get_task(key: int) -> Any:
    """One task."""
    with reading() as session, including_owner(session, Task, key) as session:
        task = visible_task(session, key, current_person())
        return jsonify(_result(task, session.scalar(name_of(task.process_id))))


@blueprint.get("/user-tasks/<int:key>/form")
@logged_in
@operation(gives=FORM, empty=True)
def get_task_form(key: int) -> Any:
    """The form that the task was opened with; nothing (204) for a task without one."""
    with reading() as session, including_owner(session, Task, key) as session:
        task = visible_task(session, key, current_person())
        form = session.get(FormVersion, task.form_key) if task.form_key is not None else None
        if form is None:
            return NO_CONTENT
        return jsonify(form_result(form))


@blueprint.post("/user-tasks/<int:key>/assignment")
@logged_in
@operation(takes=_ASSIGNMENT)
def assign(key: int) -> Any:
    """Take an offered task oneself; only who oversees it may give it to another or take it from one.

    Differs: `assignee` is a person's id; 403 with the broken `rule` when duties are kept apart.
    """
    body, person = body_as(_ASSIGNMENT), current_person()
    override = body["allowOverride"] is not False
    with transaction() as work, unless_over(work.session, key, person):
        task = visible_task(work.session, key, person)
        if oversees_task(person, task):
            tasks.assign_task(work, key, str(body["assignee"]), str(person.id), override=override)
        elif body["assignee"] == person.id:
            tasks.claim_task(work, key, person)
        else:
            raise Forbidden("您只能自己认领任务，不能把任务分派给别人。")
    return NO_CONTENT


@blueprint.delete("/user-tasks/<int:key>/assignee")
@logged_in
@operation()
def unassign(key: int) -> Any:
    """Put a task back for everyone it is offered to.

    Differs: who has the task may put it back, unless it is theirs alone (409).
    """
    person = current_person()
    with transaction() as work, unless_over(work.session, key, person):
        task = visible_task(work.session, key, person)
        if not oversees_task(person, task):
            tasks.put_back(work, key, person)
        else:
            tasks.unassign_task(work, key, str(person.id))
    return NO_CONTENT


@blueprint.post("/user-tasks/<int:key>/completion")
@logged_in
@operation(takes=_COMPLETION)
def complete(key: int) -> Any:
    """Hand in the answers.

    Differs: only who the task is offered to, and nobody who must stay away from it (403). `variables`
    are the answers of the form and are checked by it (400 with `fields`); they are kept sealed, and
    only what output mappings name becomes a variable. A second completion is 409.
    """
    body, person = body_as(_COMPLETION), current_person()
    with transaction() as work, unless_over(work.session, key, person):
        tasks.complete_task(work, key, person, None, body["variables"] or {})
    return NO_CONTENT


def form_result(form: FormVersion) -> dict[str, Any]:
    """A form as this API shows it."""
    schema = json.dumps(form.body, ensure_ascii=False)
    return {
        "tenantId": TENANT, "formId": form.form_id, "schema": schema, "version": form.version,
        "formKey": str(form.key),
    }  # fmt: skip


def visible_task(session: Session, key: int, person: Person) -> Task:
    """The task with this key, when the person may see it; raises NotFound."""
    task = session.get(Task, key) if key <= LARGEST_KEY else None
    if task is None or not may_see_task(session, person, task, runtime().clock.now()):
        raise NotFound
    return task


def unless_over(session: Session, key: int, person: Person) -> AbstractContextManager[None]:
    """A task that the person sees is over also when it was put away."""
    return refusing_when_over(session, key, TaskOver, lambda view: visible_task(view, key, person))


def _result(task: Any, process_name: str | None) -> dict[str, Any]:
    return {
        "name": task.name or None, "state": task.status, "assignee": task.assignee,
        "elementId": task.element_id, "candidateGroups": task.candidate_groups,
        "candidateUsers": task.candidate_users, "processDefinitionId": task.process_id,
        "creationDate": instant(task.created_at), "completionDate": instant(task.completed_at),
        "followUpDate": instant(task.follow_up), "dueDate": instant(task.due), "tenantId": TENANT,
        "externalFormReference": None, "processDefinitionVersion": task.version, "customHeaders": {},
        "userTaskKey": str(task.key), "elementInstanceKey": str(task.element_key),
        "processName": process_name or None,
        "processDefinitionKey": str(task.definition_key), "processInstanceKey": str(task.instance_key),
        "rootProcessInstanceKey": str(task.instance_key), "businessId": _text(task.case_id),
        "formKey": _text(task.form_key), "tags": [], "priority": task.priority,
    }  # fmt: skip


def _text(value: UUID | int | None) -> str | None:
    return None if value is None else str(value)
