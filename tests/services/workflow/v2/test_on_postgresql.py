"""The same answers on PostgreSQL, which compares texts, JSON and missing moments in its own way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.workflow.app import SERVICE
from shared.database import ensure_schema
from tests.rig import CASE, CENTRE, START, Bench
from tests.services.workflow.decisions.drawing import AGES
from tests.services.workflow.decisions.test_deciding import CALLS_FREE
from tests.services.workflow.house import House
from tests.services.workflow.v2 import test_decision_instances as decided
from tests.services.workflow.v2 import test_job_search as found_jobs
from tests.services.workflow.v2.test_task_search import FILTERS, FOUR, SORTED


@pytest.fixture
def house(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    engine = sa.create_engine(postgres_url)
    ensure_schema(engine, "workflow")
    engine.dispose()
    house = House.__new__(House)
    Bench.__init__(house, SERVICE, tmp_path, START, database_url=postgres_url)
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    yield house
    house.runtime.close()


def test_tasks_are_found_and_ordered_as_on_sqlite(house):
    reviewer = house.client("reviewer", at=CENTRE)

    def elements(**body):
        answer = reviewer.post("/v2/user-tasks/search", json=body)
        assert answer.status_code == 200
        return "".join(task["elementId"] for task in answer.get_json()["items"])

    for wanted, found in FILTERS:
        assert ("".join(sorted(elements(filter=wanted))), wanted) == (found, wanted)
    for sort, found in SORTED:
        assert elements(sort=sort) == found
        first = reviewer.post("/v2/user-tasks/search", json={"sort": sort, "page": {"limit": 2}}).get_json()
        assert elements(sort=sort, page={"after": first["page"]["endCursor"]}) == found[2:]
    inbox = reviewer.get("/workflow/tasks?sort=priority").text
    assert str(CASE) in inbox


def test_made_decisions_are_found_and_ordered_as_on_sqlite(house):
    house.deploy(AGES, CALLS_FREE)
    house.start(age=70)
    house.start()
    owner = house.client("process_owner", at=CENTRE)

    def found(**body):
        answer = owner.post("/v2/decision-instances/search", json=body)
        assert answer.status_code == 200
        return answer.get_json()

    for wanted, count in decided.FILTERS:
        assert (len(found(filter=wanted)["items"]), wanted) == (count, wanted)
    for field in decided.SORTS:
        first = found(sort=[{"field": field}], page={"limit": 1})
        rest = found(sort=[{"field": field}], page={"after": first["page"]["endCursor"]})
        made = {item["decisionEvaluationInstanceKey"] for item in (*first["items"], *rest["items"])}
        assert len(made) == 2
    newest = owner.post("/v2/decision-definitions/search", json={"filter": {"isLatestVersion": True}})
    assert len(newest.get_json()["items"]) == 1


def test_jobs_are_found_and_ordered_as_on_sqlite(house):
    found_jobs.work_on_two(house)
    owner = house.client("process_owner", at=CENTRE)

    def found(**body):
        answer = owner.post("/v2/jobs/search", json=body)
        assert answer.status_code == 200
        return answer.get_json()

    for wanted, elements in found_jobs.FILTERS:
        items = found(filter={**wanted, "processDefinitionId": "p2"})["items"]
        assert ("".join(sorted(job["elementId"] for job in items)), wanted) == (elements, wanted)
    for sort in found_jobs.SORTS:
        first = found(sort=[sort], page={"limit": 1})
        rest = found(sort=[sort], page={"after": first["page"]["endCursor"]})
        assert {job["elementId"] for job in (*first["items"], *rest["items"])} == {"a", "j"}
