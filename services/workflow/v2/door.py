"""The blueprint of `/v2`: bodies read by a schema, errors with the statuses its clients expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, ValidationError

from shared.errors import Invalid, Malformed, NotFound, TooLarge
from shared.json_values import read_json

blueprint = Blueprint("v2", __name__, url_prefix="/v2")

TENANT = "<default>"
"""This house has one tenant; clients want it named."""
NO_CONTENT = ("", 204)


def body_as(schema: Schema) -> dict[str, Any]:
    """The JSON body as the schema reads it; an absent one counts as empty."""
    loaded: dict[str, Any] = schema.load(_body())
    return loaded


def _body() -> dict[str, Any]:
    raw = request.get_data()
    if not raw:
        return {}
    try:
        data = read_json(raw) if request.is_json else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Malformed(zh="请求正文必须是 JSON 对象。")
    return data


@blueprint.before_request
def _refuse_nul() -> None:
    """No name here has one, and no database looks for it."""
    if "\0" in request.path:
        raise NotFound


@blueprint.errorhandler(Invalid)
def _invalid(error: Invalid) -> Response:
    """What elsewhere is 422 is 400 here: clients of this API know no other."""
    status = error.status if isinstance(error, TooLarge) else Malformed.status
    reasons = [*_faults(error.details.get("faults") or ()), *_flat(error.fields)]
    body: dict[str, Any] = {
        "type": "about:blank", "title": error.title, "status": status,
        "detail": "\n".join([error.message, *reasons]), "instance": request.path, **error.details,
    }  # fmt: skip
    if error.fields:
        body["fields"] = error.fields
    answer = jsonify(body)
    answer.status_code, answer.content_type = status, "application/problem+json"
    return answer


@blueprint.errorhandler(ValidationError)
def _unreadable(error: ValidationError) -> Response:
    return _invalid(Malformed(fields=error.normalized_messages()))


def _faults(faults: Any) -> Iterator[str]:
    for fault in faults:
        place = " ".join(part for part in (fault["resource"], fault["element"]) if part)
        yield f"{place}: {fault['reason_zh']} ({fault['reason_en']})"


def _flat(fields: Mapping[Any, Any], path: str = "") -> Iterator[str]:
    for name, found in fields.items():
        where = f"{path}.{name}" if path else str(name)
        if isinstance(found, Mapping):
            yield from _flat(found, where)
        else:
            yield f"{where}: {'；'.join(map(str, found))}"
