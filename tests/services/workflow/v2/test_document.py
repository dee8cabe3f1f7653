"""The OpenAPI document: what is offered, all of it and nothing else, from what the code reads with."""

import inspect
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.workflow.v2.door import body_as
from services.workflow.v2.operations import offered_routes
from services.workflow.v2.shapes import Said
from tests.services.workflow.house import House
from tests.services.workflow.v2.document_for_tests import bare, document, watch
from tests.services.workflow.v2.page import PAGE, page

ROUTES = [(offered, bare().view_functions[rule.endpoint], rule) for offered, rule in offered_routes(bare())]


def reached(function: Any) -> list[Any]:
    """What a function, and those of the API that it calls, name."""
    found: dict[int, Any] = {}
    todo = [function]
    while todo:
        for value in inspect.getclosurevars(todo.pop()).globals.values():
            ours = inspect.isfunction(value) and value.__module__.startswith("services.workflow.v2.")
            if ours and value is not body_as and id(value) not in found:
                todo.append(value)
            found[id(value)] = value
    return list(found.values())


def test_the_document_is_served_and_valid(house: House) -> None:
    served = house.client().get("/v2/openapi.json").get_json()
    assert served == document()
    assert list(OpenAPIV31SpecValidator(served).iter_errors()) == []


def test_every_route_is_in_it_and_nothing_else() -> None:
    here = {rule.rule for rule in bare().url_map.iter_rules() if "not-offered" not in rule.endpoint}
    written = {(path, method.upper()) for path, item in document()["paths"].items() for method in item}
    assert written == {(offered.path, offered.method) for offered, _, _ in ROUTES}
    assert {rule.rule for _, _, rule in ROUTES} == here - {"/static/<path:filename>"}
    names = [document()["paths"][o.path][o.method.lower()]["operationId"] for o, _, _ in ROUTES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("view", "said"), [(v, getattr(v, "said", None)) for _, v, _ in ROUTES])
def test_what_it_says_is_what_the_code_reads_with(view: Any, said: Said | None) -> None:
    assert said is not None, "an @operation above the function says what it takes and gives"
    used = reached(inspect.unwrap(view))
    assert (body_as in used) is (said.takes is not None)
    assert said.takes is None or any(value is said.takes for value in used)


def test_an_answer_that_does_not_fit_is_noticed() -> None:
    app = Flask("wrong")
    app.add_url_rule("/v2/license", view_func=lambda: {"validLicense": "yes"}, endpoint="wrong")
    watch(app)
    app.testing = True
    with pytest.raises(AssertionError, match="validLicense"):
        app.test_client().get("/v2/license")


def test_the_page_tells_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make reference"
