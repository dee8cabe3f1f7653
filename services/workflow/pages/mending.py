"""Variables of a process that stopped, to be mended before it is tried again: for process owners."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.changing.variables import set_variables
from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.instances import ORGANISATION
from services.workflow.models import ElementInstance, Incident, Instance, StoredVariable
from services.workflow.models.instances import ACTIVE
from services.workflow.models.records import RAISED
from services.workflow.pages.door import blueprint, problems_of, revision_posted
from services.workflow.problems import IncidentOver
from services.workflow.queries import scopes_seen
from services.workflow.stepping import locked
from services.workflow.visibility import incident_for, manages
from shared.errors import Forbidden, Invalid, Rejected, Stale
from shared.json_values import keepable, read_json
from shared.messaging.work import UnitOfWork
from shared.web import current_person, needs, reading, transaction

MODIFY = "workflow.instance.modify"
_LONGEST_NAME = 255
_WHOLE = "整个流程"
_OVER = "这个问题已经处理过了，变量没有改动。"


@dataclass(frozen=True)
class Shown:
    """A variable: its value as JSON text, where it lies, and whether one further in hides it."""

    name: str
    scope: int
    place: str
    text: str
    hidden: bool


@blueprint.get("/incidents/<int:key>/variables")
@needs(MODIFY)
def variables(key: int) -> Any:
    """What the step that stopped sees; the one that is named may be changed."""
    return _page(key, {name: request.args.get(name, "") for name in ("name", "scope")})


@blueprint.post("/incidents/<int:key>/variables")
@needs(MODIFY)
def mend(key: int) -> Any:
    """Set one, and say so."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "scope", "value")}
    revision = revision_posted()
    try:
        with transaction() as work, _unless_over(work.session, key):
            _set(work, key, given, revision)
    except Invalid as error:
        return _page(key, given, error.fields), error.status
    except (Rejected, Forbidden) as error:
        return _page(key, given, {"value": [error.message]}), error.status
    return redirect(f"/workflow/incidents/{key}/variables?done=1")


def _set(work: UnitOfWork, key: int, given: Mapping[str, str], revision: int) -> None:
    incident, person = _incident(work.session, key), current_person()
    instance = locked(work.session, incident.instance_key)
    if incident.status != RAISED or instance.status != ACTIVE:
        raise IncidentOver(_OVER)
    value = _checked(given, _places(work.session, incident))
    manages(person, value if given["name"] == ORGANISATION else None, MODIFY)
    if instance.revision != revision:
        raise Stale
    set_variables(work, int(given["scope"]), {given["name"]: value}, str(person.id), local=True)


def _checked(given: Mapping[str, str], places: Mapping[int, str]) -> Any:
    """The value; raises Invalid with a message at each field."""
    wrong: dict[str, list[str]] = {}
    name, value = given["name"], None
    if not 0 < len(name) <= _LONGEST_NAME or not keepable(name):
        wrong["name"] = [f"请填写变量的名称，最多 {_LONGEST_NAME} 个字。"]
    if given["scope"] not in map(str, places):
        wrong["scope"] = ["请选择变量所在的范围。"]
    try:
        value = read_json(given["value"])
    except ValueError:
        wrong["value"] = ['这个值读不懂。文字要加英文双引号，例如 "HZ01"；数字直接写，例如 3。']
    if wrong:
        raise Invalid(wrong)
    return value


def _incident(session: Session, key: int) -> Incident:
    return incident_for(session, key, current_person(), MODIFY)


def _unless_over(session: Session, key: int) -> AbstractContextManager[None]:
    return refusing_when_over(session, key, lambda: IncidentOver(_OVER), lambda view: _incident(view, key))


def _places(session: Session, incident: Incident) -> dict[int, str]:
    """The scopes that the step sees and that may be written, the innermost first, in words."""
    chain = scopes_seen(session, incident.element_key or incident.instance_key, incident.instance_key)
    inner = sa.select(ElementInstance).where(ElementInstance.key.in_(chain))
    words = {row.key: f"环节“{row.name or row.element_id}”" for row in session.scalars(inner)}
    words[incident.instance_key] = _WHOLE
    return {key: words[key] for key in chain if key in words}


def _shown(session: Session, places: Mapping[int, str]) -> list[Shown]:
    rows = session.scalars(sa.select(StoredVariable).where(StoredVariable.scope_key.in_(places))).all()
    order = list(places)
    found, seen = [], set()
    for row in sorted(rows, key=lambda row: (row.name, order.index(row.scope_key))):
        text = json.dumps(row.value, ensure_ascii=False)
        found.append(Shown(row.name, row.scope_key, places[row.scope_key], text, row.name in seen))
        seen.add(row.name)
    return found


def _page(key: int, given: Mapping[str, str], errors: Mapping[str, list[str]] | None = None) -> str:
    with reading() as session, including_owner(session, Incident, key) as session:
        incident = _incident(session, key)
        instance = session.get_one(Instance, incident.instance_key)
        places = _places(session, incident)
        shown = _shown(session, places)
        chosen = [v for v in shown if (v.name, str(v.scope)) == (given["name"], given["scope"])]
        filled = {"value": chosen[0].text if chosen else "", **given}
        return render_template(
            "workflow/mending.html", incident=incident, instance=instance, shown=shown, filled=filled,
            open=incident.status == RAISED and instance.status == ACTIVE, chosen=bool(chosen),
            errors=errors or {}, problems=problems_of(errors), done=request.args.get("done", ""),
            places=[{"value": str(scope), "text": words} for scope, words in reversed(places.items())],
        )  # fmt: skip
