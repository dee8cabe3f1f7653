"""Requests that nobody thought of, made from the document: no server error, and every answer as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.workflow.models import ElementInstance, ModelVersion
from services.workflow.v2.variable_keys import variable_key
from tests.services.workflow.house import House, form
from tests.services.workflow.v2.models_for_tests import LINE
from tests.services.workflow.v2.test_incidents import WAYS

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
WITHOUT_BODY, WITH_BODY, WRONG_BODY = 1, 2, 1


@pytest.fixture
def lived_in(house: House) -> House:
    """A task, a form, an incident."""
    house.deploy(LINE, form("f", name="required"))
    house.deploy(WAYS.replace(b'id="p"', b'id="q"'))
    house.start(n=1)
    house.start("q", x=3)
    return house


def keys_in(house: House) -> dict[str, str]:
    """A key that is there for each part of the API."""
    instance, [incident] = house.instance().key, house.incidents()
    model = house.rows(ModelVersion)[0].key
    form_key = house.task("look").form_key
    found = {
        "user-tasks": house.task("look").key, "process-instances": instance, "incidents": incident.key,
        "element-instances": house.rows(ElementInstance)[1].key, "process-definitions": model,
        "resources": form_key, "forms": form_key, "variables": variable_key(instance, "x"),
    }  # fmt: skip
    return {name: str(key) for name, key in found.items()}


def tries(schema: Any) -> Iterator[tuple[Any, GenerationMode, int]]:
    """Every operation, how its requests are made, and how many."""
    for result in schema.get_all_operations():
        operation = result.ok()
        yield operation, GenerationMode.POSITIVE, WITH_BODY if operation.body else WITHOUT_BODY
        if operation.body and not operation.path.endswith("/search"):  # wrong searches: RAW
            yield operation, GenerationMode.NEGATIVE, WRONG_BODY


def try_out(operation: Any, mode: GenerationMode, times: int, keys: dict[str, str], token: str) -> None:
    """Send so many requests, to what is there and to what is not."""
    there = keys.get(operation.path.split("/")[1])

    @settings(
        max_examples=times, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), existing=st.booleans())
    def request(case: Any, existing: bool) -> None:
        if there and existing:
            case.path_parameters = {**case.path_parameters, "key": there}
        if operation.path == "/jobs/activation" and isinstance(case.body, dict):
            case.body = {**case.body, "requestTimeout": -1}  # nobody waits here
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)

    request()


def test_no_request_breaks_anything(lived_in: House) -> None:
    schema = schemathesis.openapi.from_wsgi("/v2/openapi.json", lived_in.app)
    token = lived_in.token("process_owner", "reviewer", who="ann")
    keys = keys_in(lived_in)
    for operation, mode, times in tries(schema):
        try_out(operation, mode, times, keys, token)
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
