"""What the API of Camunda 8 has and we do not offer says so."""

import pytest
from flask import Flask

from services.workflow import v2
from services.workflow.v2.operations import LIST, known_operations, missing_operations, offered_routes
from tests.services.workflow.v2.listing import listing


@pytest.fixture(scope="module")
def bare() -> Flask:
    """Our routes alone."""
    app = Flask("bare")
    app.register_blueprint(v2.blueprint)
    return app


def test_the_list_is_that_of_the_installed_client() -> None:
    assert LIST.read_text(encoding="utf-8") == listing()
    assert len(known_operations()) > 200


def test_an_operation_is_offered_or_missing(bare: Flask) -> None:
    offered = {operation.name for operation, _ in offered_routes(bare)}
    missing = {operation.name for operation in missing_operations(bare)}
    assert offered & missing == set()
    assert {operation.name for operation in known_operations()} <= offered | missing
    assert {"searchProcessInstances", "getVariable", "updateUserTask", "getTopology"} <= offered
    assert {"createUser", "searchAuditLogs"} <= missing


def test_what_is_missing_says_so(house) -> None:
    client = house.client("integration")
    told = client.post("/v2/users")
    assert (told.status_code, told.content_type) == (501, "application/problem+json")
    assert (told.get_json()["operation"], told.get_json()["documentation"]) == ("createUser", "docs/api.md")
    assert "createUser" in told.get_json()["detail"]
    assert client.delete("/v2/roles/r/groups/g").get_json()["operation"] == "unassignRoleFromGroup"
    assert house.client().post("/v2/users").status_code == 401
    assert client.get("/v2/whatever-nobody-has").status_code == 404
    assert client.get("/v2/users/a/b/c").status_code == 404
    assert client.delete("/v2/user-tasks/search").status_code == 405
    assert client.patch("/v2/users").status_code == 405
