"""A process with one of everything, lived through to its end, and all that anybody can ask about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from services.workflow.finished.tidying import TIDYING
from services.workflow.models import (
    DecisionInstance,
    ElementInstance,
    FinishedInstance,
    Incident,
    Job,
    StoredVariable,
    Task,
)
from services.workflow.models.root import Base
from services.workflow.v2.variable_keys import variable_key
from services.workflow.waiting import incidents, jobs
from shared.policy import Policy
from tests.rig import CASE, person, without_nonce
from tests.services.workflow.decisions.drawing import AGES
from tests.services.workflow.engine.drawing import end, ext, file, flows, io, job, node, process, start, user
from tests.services.workflow.house import House, form, someone

ANN = someone("ann", "clerk")
CLERK = 'assignmentDefinition candidateGroups="clerk"'
DAY = timedelta(days=1)
DECIDES = node("businessRuleTask", "d", ext('calledDecision decisionId="free" resultVariable="r"'))
INNER = node(
    "subProcess",
    "sub",
    io("in inner = age + 1"),
    start("s2"),
    user("b", ext(CLERK)),
    end("e2"),
    flows("s2 b e2"),
)
MODEL = file(
    process(
        start(), user("a", ext(CLERK, 'formDefinition formId="f"')), DECIDES, INNER,
        job("j", type="print-letter", retries="1"), end(), flows("s a d sub j e"),
    ).replace('<process id="p"', '<process id="p" name="审查"')
)  # fmt: skip
SHORT = file(process(start(), user("x", ext(CLERK)), end(), flows("s x e"), id="side"))
FORM = form("f", opinion="required")


def lived(house: House, **options: Any) -> int:
    """An instance from its start to its end, with a job that fails once; its key."""
    key = house.start(age=70, applicant_id=str(person("applicant")), **options)
    house.complete("a", ANN, opinion="可以")
    house.complete("b", ANN)
    with house.work() as work:
        jobs.fail_job(work, house.job("j").key, "no paper", 0)
    with house.work() as work:
        incidents.retry_incident(work, house.incidents()[0].key, "boss")
    with house.work() as work:
        jobs.complete_job(work, house.job("j").key, {"pages": 3})
    assert house.instance().status == "COMPLETED"
    return key


def deployed(house: House) -> None:
    """The models of these tests."""
    house.deploy(AGES, MODEL, SHORT, FORM)


def tidy(house: House, turns: int = 12) -> None:
    """Turns of the clock, enough for all that is due in these tests."""
    for _ in range(turns):
        with house.work() as work:
            TIDYING.act(work)


def keeping(house: House, **changes: Any) -> None:
    """The same policy but for these periods."""
    settings = dict(house.runtime.policy._settings)  # type: ignore[attr-defined]
    settings["retention"] = {**settings["retention"], **changes}
    house.runtime.policy = Policy("test", settings)


def put_away(house: House) -> list[int]:
    """The instances that were put away."""
    return [row.key for row in house.rows(FinishedInstance)]


Ask = Callable[[], Any]


def questions(house: House, key: int) -> dict[str, Ask]:
    """Every way to ask about an instance or something in it, for who manages it and who worked at it."""
    owner, ann = house.client("process_owner", who="boss"), house.client("clerk", who="ann")
    found: dict[str, Ask] = {}
    for path, body in _searches(house, key):
        found[f"{path} {body}"] = _posted(owner, path, body)
    for path in _by_key(house, key):
        found[path] = _got(owner, path)
    for task in house.rows(Task, instance_key=key):
        for path in ("", "/form"):
            found[f"ann {task.element_id}{path}"] = _got(ann, f"/v2/user-tasks/{task.key}{path}")
        for path in ("variables/search", "effective-variables/search"):
            found[f"ann {task.element_id} {path}"] = _posted(ann, f"/v2/user-tasks/{task.key}/{path}", {})
        found[f"page {task.element_id}"] = _page(ann, f"/workflow/tasks/{task.key}")
    for path in (f"/workflow/cases/{CASE}", f"/workflow/cases/{CASE}/panel"):
        found[f"page {path}"] = _page(ann, path)
    [incident] = house.rows(Incident, instance_key=key)
    found["page of the incident"] = _page(owner, f"/workflow/incidents/{incident.key}")
    return found


def _searches(house: House, key: int) -> list[tuple[str, dict[str, Any]]]:
    of = {"processInstanceKey": str(key)}
    element = house.rows(ElementInstance, instance_key=key, element_id="b")[0]
    job_row, incident = house.rows(Job, instance_key=key)[0], house.rows(Incident, instance_key=key)[0]
    made = house.rows(DecisionInstance, instance_key=key)[0]
    variable = variable_key(key, "age")
    latest = {"sort": [{"field": "name", "order": "DESC"}], "page": {"limit": 2}}
    return [
        ("/v2/element-instances/search", {"filter": of, "sort": [{"field": "endDate", "order": "DESC"}]}),
        ("/v2/element-instances/search", {"filter": {"elementInstanceKey": str(element.key)}}),
        ("/v2/element-instances/search", {"filter": {"elementInstanceScopeKey": str(element.scope_key)}}),
        ("/v2/variables/search", {"filter": of, **latest}),
        ("/v2/variables/search", {"filter": {"scopeKey": str(key)}}),
        ("/v2/variables/search", {"filter": {"variableKey": str(variable)}}),
        ("/v2/user-tasks/search", {"filter": of, "sort": [{"field": "completionDate"}]}),
        ("/v2/user-tasks/search", {"filter": {"businessId": str(CASE)}}),
        ("/v2/user-tasks/search", {"filter": {"elementInstanceKey": {"$in": [str(element.key)]}}}),
        ("/v2/jobs/search", {"filter": {**of, "type": {"$like": "print*"}}}),
        ("/v2/jobs/search", {"filter": {"jobKey": str(job_row.key)}}),
        ("/v2/incidents/search", {"filter": {"incidentKey": str(incident.key)}}),
        ("/v2/incidents/search", {"filter": {"jobKey": str(job_row.key), "errorMessage": "PAPER"}}),
        (f"/v2/process-instances/{key}/incidents/search", {}),
        (f"/v2/element-instances/{job_row.element_key}/incidents/search", {}),
        ("/v2/decision-instances/search", {"filter": of}),
        ("/v2/decision-instances/search", {"filter": {"decisionEvaluationKey": str(made.evaluation_key)}}),
        ("/v2/process-instances/search", {"filter": {**of, "elementId": "b", "state": "COMPLETED"}}),
        ("/v2/process-instances/search", {"filter": {**of, "variables": [{"name": "age", "value": "70"}]}}),
        ("/v2/expression/evaluation", {"expression": "=age", "scopeKey": str(element.scope_key)}),
        ("/v2/expression/evaluation", {"expression": "=age", "scopeKey": str(key)}),
    ]


def _by_key(house: House, key: int) -> list[str]:
    places: list[tuple[str, type[Base], str]] = [
        ("element-instances", ElementInstance, "key"), ("user-tasks", Task, "key"),
        ("incidents", Incident, "key"), ("decision-instances", DecisionInstance, "id"),
    ]  # fmt: skip
    found = [
        f"/v2/{path}/{getattr(row, column)}"
        for path, table, column in places
        for row in house.rows(table, instance_key=key)[-2:]
    ]
    variables = house.rows(StoredVariable, instance_key=key)
    found += [f"/v2/variables/{variable_key(row.scope_key, row.name)}" for row in variables[-2:]]
    instance = f"/v2/process-instances/{key}"
    return [*found, instance, f"{instance}/statistics/element-instances"]


def _posted(client: FlaskClient, path: str, body: dict[str, Any]) -> Ask:
    return lambda: (lambda answer: (answer.status_code, answer.json))(client.post(path, json=body))


def _got(client: FlaskClient, path: str) -> Ask:
    return lambda: (lambda answer: (answer.status_code, answer.get_json(silent=True)))(client.get(path))


def _page(client: FlaskClient, path: str) -> Ask:
    return lambda: (lambda answer: (answer.status_code, without_nonce(answer.text)))(client.get(path))
