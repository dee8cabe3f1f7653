"""Holds answers of `/v2` against the OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from flask import Flask, Response, request
from jsonschema import Draft202012Validator

from services.workflow import v2
from services.workflow.v2.document import document_of
from services.workflow.v2.operations import offered_routes


@cache
def bare() -> Flask:
    """Our routes alone."""
    app = Flask("bare")
    app.register_blueprint(v2.blueprint)
    return app


@cache
def document() -> dict[str, Any]:
    """The document."""
    return document_of(bare())


def watch(app: Flask) -> None:
    """From now on an answer of the app that does not fit the document is an error."""
    app.after_request(_held)


def _held(answer: Response) -> Response:
    name = _operations().get((_path_asked(), request.method))
    if name is not None and answer.status_code not in (405, 500):
        _check(name, answer)
    return answer


def _path_asked() -> str:
    """The path as the document writes it."""
    rule = request.url_rule.rule if request.url_rule else ""
    for choice in re.finditer(r"<any\(.*?\):(\w+)>", rule):
        rule = rule.replace(choice[0], (request.view_args or {})[choice[1]])
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def _check(name: tuple[str, str], answer: Response) -> None:
    validator = _validator(*name, str(answer.status_code), answer.mimetype)
    assert validator is not None, f"{name} {answer.status_code} {answer.mimetype} is not in the document"
    if answer.is_json:
        body = json.loads(answer.get_data())  # not as a request is read: an answer may name what was refused
        faults = [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(body)]
        assert faults == [], f"{name} {answer.status_code}: {faults}"


@cache
def _operations() -> dict[tuple[str, str], tuple[str, str]]:
    routes = offered_routes(bare())
    return {("/v2" + o.path, o.method): (o.path, o.method.lower()) for o, _ in routes}


@cache
def _validator(path: str, method: str, status: str, kind: str) -> Draft202012Validator | None:
    responses = document()["paths"][path][method]["responses"]
    response = responses.get(status)
    if response is None:
        return None
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if status == "204":
        return Draft202012Validator({})
    if kind not in response["content"]:
        return None
    schema = {**response["content"][kind]["schema"], "components": document()["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
