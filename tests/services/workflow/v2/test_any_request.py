"""Requests that nobody thought of, made from the document: no server error, and every answer as it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.workflow.models import ElementInstance, FormVersion, Job, ModelVersion, Task
from services.workflow.v2.variable_keys import variable_key
from tests.services.workflow.house import House, form
from tests.services.workflow.v2.models_for_tests import LINE
from tests.services.workflow.v2.test_incidents import WAYS
from tests.services.workflow.v2.test_jobs import PRINT

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
WITHOUT_BODY, WITH_BODY, WRONG_BODY = 1, 2, 1


@pytest.fixture
def lived_in(house: House) -> House:
    """A task with a form, an incident, a job."""
    house.deploy(LINE, form("f", name="required"))
    house.deploy(WAYS.replace(b'id="p"', b'id="q"'))
    house.deploy(PRINT.replace(b'id="p"', b'id="r"'))
    house.start("q", x=3)
    house.start("r", n=1)
    return house


def begun_batch(house: House) -> int:
    """A batch operation of ann's."""
    stuck = {"filter": {"processDefinitionId": "q"}}
    answer = house.client("process_owner", who="ann").post("/v2/process-instances/cancellation", json=stuck)
    return int(answer.get_json()["batchOperationKey"])


def key_in(house: House, part: str) -> str | None:
    """A key that is there for this part of the API: of something untouched, where an operation ends it."""
    ways: dict[str, Callable[[], int]] = {
        "batch-operations": lambda: begun_batch(house),
        "jobs": lambda: house.rows(Job, instance_key=house.start("r", n=1))[0].key,
        "process-instances": lambda: house.start(n=1),
        "user-tasks": lambda: house.rows(Task, instance_key=house.start(n=1))[0].key,
        "incidents": lambda: house.incidents()[0].key,
        "element-instances": lambda: house.rows(ElementInstance)[1].key,
        "process-definitions": lambda: house.rows(ModelVersion)[0].key,
        "resources": lambda: house.rows(FormVersion)[0].key,
        "forms": lambda: house.rows(FormVersion)[0].key,
        "variables": lambda: variable_key(house.start(n=1), "n"),
    }
    return str(ways[part]()) if part in ways else None


def tries(schema: Any) -> Iterator[tuple[Any, GenerationMode, int]]:
    """Every operation, how its requests are made, and how many."""
    for result in schema.get_all_operations():
        operation = result.ok()
        yield operation, GenerationMode.POSITIVE, WITH_BODY if operation.body else WITHOUT_BODY
        if operation.body and not operation.path.endswith("/search"):  # wrong searches: RAW
            yield operation, GenerationMode.NEGATIVE, WRONG_BODY


def try_out(operation: Any, mode: GenerationMode, times: int, there: str | None, token: str) -> None:
    """Send so many requests as they were made, and each to what is there."""

    @settings(
        max_examples=times, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def request(case: Any) -> None:
        if operation.path == "/jobs/activation" and isinstance(case.body, dict):
            case.body = {**case.body, "requestTimeout": -1}  # nobody waits here
        for key in [case.path_parameters.get("key"), there] if there else [None]:
            case.path_parameters = case.path_parameters if key is None else {"key": key}
            answer = case.call(headers={"Authorization": f"Bearer {token}"})
            case.validate_response(answer, checks=CHECKS)

    request()


def test_no_request_breaks_anything(lived_in: House) -> None:
    schema = schemathesis.openapi.from_wsgi("/v2/openapi.json", lived_in.app)
    token = lived_in.token("process_owner", "reviewer", who="ann")
    for operation, mode, times in tries(schema):
        there = key_in(lived_in, operation.path.split("/")[1]) if "{key}" in operation.path else None
        try_out(operation, mode, times, there, token)
    assert lived_in.intact()


RAW = [
    b"{", b"[]", b"null", b'"text"', b'{"filter": ', b"\xff\xfe{", b'{"filter": {"name": "a\\u0000b"}}',
    b'{"filter": {"name": "\\ud800"}}', b'{"filter": {"name": {"$like": "' + b"*" * 2000 + b'"}}}',
    b'{"page": {"limit": 1e400}}', b'{"page": {"limit": NaN}}', b'{"page": {"after": "W10="}}',
    b'{"page": {"before": "bm90aGluZw=="}}', b'{"page": {"after": "WyJhXHUwMDAwIiwgMV0="}}',
    b'{"filter": ' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"filter": {"$or": {}}}',
    b'{"sort": [{"field": {}}]}', b'{"filter": {"processDefinitionKey": "' + b"9" * 5000 + b'"}}',
]  # fmt: skip


def test_what_cannot_be_read_is_told(house: House) -> None:
    client = house.client("process_owner", who="ann")
    for part in ("process-definitions", "variables", "user-tasks"):
        for raw in RAW:
            answer = client.post(f"/v2/{part}/search", data=raw, content_type="application/json")
            assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), raw[:60]
        plain = client.post(f"/v2/{part}/search", data=b"{}", content_type="text/plain")
        assert plain.status_code == 400
        assert client.post(f"/v2/{part}/search").status_code == 200
    assert client.get("/v2/decision-instances/a%00b").status_code == 404
    assert client.post("/v2/variables/search?truncateValues=maybe").status_code == 400
