"""The OpenAPI 3.1 document of what `/v2` offers, made from the routes and from the schemas they read with."""

from __future__ import annotations

import inspect
import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, current_app, jsonify
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from services.workflow.v2.criteria import LONGEST_PATTERN, MOST_VALUES, Criteria, KeyField
from services.workflow.v2.door import blueprint
from services.workflow.v2.operations import Operation, offered_routes
from services.workflow.v2.shapes import ANY_OBJECT, Said, operation
from services.workflow.v2.topology import VERSION
from shared.rights import EVERYONE, RIGHTS
from shared.web import open_to_all

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "instance": {"type": "string"},
        "fields": {"type": "object", "description": "What is wrong with which field."},
    },
}  # fmt: skip
_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSED = "Refused"
_REFUSALS = {
    "400": "The request cannot be read or does not fit.", "401": "No token, or one that counts no longer.",
    "403": "The role or the relation to it is missing.", "404": "It does not exist for the asker.",
    "409": "It does not fit the present state.", "413": "The files are too large.",
}  # fmt: skip
_MADE = "v2-document"
_SECURITY: dict[str, Any] = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "program": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/identity/oauth/token", "scopes": {}}},
    },
}
_UNSAID = Said(None, ANY_OBJECT, True, (), False)
_FILES = {
    "type": "object",
    "properties": {
        "resources": {"type": "array", "items": {"type": "string", "contentMediaType": "text/xml"}},
        "tenantId": {"type": "string"},
    },
}  # fmt: skip


@blueprint.get("/openapi.json")
@open_to_all("what can be asked is no secret")
@operation(gives=ANY_OBJECT)
def get_open_api() -> Response:
    """This document.

    Differs: Camunda has none at this address.
    """
    made = current_app.extensions
    if _MADE not in made:
        made[_MADE] = document_of(current_app)
    return jsonify(made[_MADE])


def document_of(app: Flask) -> dict[str, Any]:
    """The document of what this app offers."""
    plugin = MarshmallowPlugin(schema_name_resolver=_Names())  # type: ignore[arg-type]
    info = {"description": "As in Camunda 8; what is left out or different is said with each operation."}
    spec = APISpec("fayuan /v2", VERSION, "3.1.0", plugins=[plugin], info=info, servers=[{"url": "/v2"}])
    plugin.converter.add_attribute_function(_described)  # type: ignore[union-attr]
    for name, scheme in _SECURITY.items():
        spec.components.security_scheme(name, scheme)
    spec.components.schema("Problem", _PROBLEM)
    for status, words in _REFUSALS.items():
        spec.components.response(_REFUSED + status, {"description": words, "content": _PROBLEM_CONTENT})
    for offered, rule in sorted(offered_routes(app), key=lambda route: (route[0].path, route[0].method)):
        one = {offered.method.lower(): _operation(app.view_functions[rule.endpoint], offered, rule)}
        spec.path(path=offered.path, operations=one)
    document: dict[str, Any] = spec.to_dict()
    return document


def words_of(view: Any) -> tuple[str, str]:
    """What an operation does, and how it differs from Camunda's, by its docstring."""
    text = " ".join((inspect.getdoc(view) or "").split())
    does, _, differs = text.partition("Differs: ")
    return does.strip(), differs[:1].upper() + differs[1:]


def _operation(view: Any, offered: Operation, rule: Rule) -> dict[str, Any]:
    said: Said = getattr(view, "said", _UNSAID)
    does, differs = words_of(view)
    summary, _, more = does.partition(". ")
    who = _who(view.access)
    described = {
        "operationId": offered.name,
        "tags": [offered.path.split("/")[1]],
        "summary": summary.rstrip("."),
        "description": " ".join(part for part in (more, differs, f"For: {who}.") if part),
        "parameters": [*_in_path(rule), *(_asked(name) for name in said.asks)],
        "responses": _responses(said),
        "security": [] if view.access.startswith("open") else [{"token": []}, {"program": []}],
    }
    body = _body(said)
    return {**described, "requestBody": body} if body else described


def _who(access: str) -> str:
    """The roles that may call a route, after the table of rights."""
    action = access.removeprefix("needs: ")
    if action == access:
        return access
    roles = sorted(RIGHTS[action].by_role)
    return "everybody with a token" if EVERYONE.code in roles else f"{', '.join(roles)} (`{action}`)"


def _in_path(rule: Rule) -> list[dict[str, Any]]:
    found = re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule)
    number, words = {"type": "string", "pattern": KeyField.pattern}, {"type": "string", "pattern": "^[^/]+$"}
    return [
        {"name": name, "in": "path", "required": True, "schema": number if kind == "int" else words}
        for kind, name in found
    ]


def _asked(question: str) -> dict[str, Any]:
    return {"name": question, "in": "query", "schema": {"type": "boolean"}}


def _body(said: Said) -> dict[str, Any] | None:
    if said.files:
        return {"required": True, "content": {"multipart/form-data": {"schema": _FILES}}}
    if said.takes is None:
        return None
    needed = any(field.required for field in said.takes.fields.values())
    return {"required": needed, "content": {"application/json": {"schema": said.takes}}}


def _responses(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if said.gives is not None:
        kind, schema = _content(said.gives)
        found["200"] = {"description": "Done.", "content": {kind: {"schema": schema}}}
    if said.empty:
        found["204"] = {"description": "Done, with nothing to say."}
    refusals = [status for status in _REFUSALS if status != "413" or said.files]
    return {**found, **{s: {"$ref": f"#/components/responses/{_REFUSED}{s}"} for s in refusals}}


def _content(gives: Schema | str) -> tuple[str, Any]:
    if isinstance(gives, str):
        return gives, {"type": "string"}
    return "application/json", gives


class _Names:
    """Names of schemas: those of their classes, with the module before it where two have the same."""

    def __init__(self) -> None:
        self._taken: dict[str, type] = {}

    def __call__(self, schema: Any) -> str | None:
        """The name; None for what was put together on the way: that is written where it is used."""
        kind = schema if isinstance(schema, type) else type(schema)
        if kind.__name__.startswith("Generated"):
            return None
        if self._taken.setdefault(kind.__name__, kind) is kind:
            return kind.__name__
        return kind.__module__.rpartition(".")[2].title().replace("_", "") + kind.__name__


def _described(self: Any, field: fields.Field[Any], ret: Any = None, **_: Any) -> dict[str, Any]:
    if isinstance(field, KeyField):
        return {"pattern": field.pattern}
    if not isinstance(field, Criteria):
        return {}
    return _criteria(self, field)


def _criteria(converter: Any, field: Criteria) -> dict[str, Any]:
    value = converter.field2property(field.value)
    pattern = {"type": "string", "maxLength": LONGEST_PATTERN}
    kinds = {"$exists": {"type": "boolean"}, "$like": pattern, "$in": _list(value), "$notIn": _list(value)}
    operators = {name: kinds.get(name, value) for name in field.operators}
    if not operators:
        return value
    choice = {"type": "object", "properties": operators, "additionalProperties": False}
    return {"anyOf": [value, choice]}


def _list(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": value, "maxItems": MOST_VALUES}
