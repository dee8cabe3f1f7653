"""What a request must bring along to be looked at: without it these routes find fault before they look
whose the record is, with the same answer for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from demo import answers
from tests.rights.rows import id_of
from tests.rights.world import MADE

_CHANGE = {"ground": "DUTY_BREACH", "statement": "x", "evidence": "x"}
_BY_PHONE = {**answers.RATING, "channel": "phone"}
_FLAT = {**answers.RATING["grades"], "comment": "x", "channel": "phone"}
_PERSON = {"name": "贾某", "phone": "13800000099", "organisation": "/demo-city/firm-a/"}
_PLAN = {
    "targetProcessDefinitionKey": str(MADE + 1),
    "mappingInstructions": [{"sourceElementId": "x", "targetElementId": "x"}],
}
_BEGIN = {"activateInstructions": [{"elementId": "x"}]}
_STAY = {"since": "2026-09-24", "reason": "x", "document": "x"}


def _json(body: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"json": body}


def _form(body: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    return lambda: {"data": body}


def _with_file(**fields: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"data": {**fields, "file": (BytesIO(answers.PDF), "x.pdf")}}


_V2, _API = "/v2/process-instances/<int:key>", "/workflow/api/process-instances/<int:key>"
_APPLICATION, _CASE = "/intake/api/applications/<uuid:case_id>", "/cases/<uuid:case_id>"
_BODIES = {
    f"/dispatch/api{_CASE}/changes": _json(_CHANGE),
    f"/evaluation/api{_CASE}/survey": _json(answers.RATING),
    f"/evaluation/api{_CASE}/survey/answers": _json(_BY_PHONE),
    f"/evaluation{_CASE}/survey": _form(_FLAT),
    f"/evaluation{_CASE}/survey/answers": _form(_FLAT),
    "/evaluation/improvements/<uuid:identifier>/done": _form({"outcome": "x"}),
    f"/handling/api{_CASE}/suspensions": _with_file(**_STAY),
    "/identity/people/<uuid:person_id>/change": _form(_PERSON),
    "/identity/people/<uuid:person_id>/roles/revoke": _form({"id": str(id_of("grant"))}),
    "/identity/people/<uuid:person_id>/sessions/end": _form({"id": str(id_of("login"))}),
    f"{_APPLICATION}/answers": _json({"revision": 0, "answers": answers.APPLICATION}),
    f"{_APPLICATION}/correction/files": _with_file(item=str(id_of("item"))),
    f"{_APPLICATION}/materials": _with_file(kind="IDENTITY"),
    f"{_APPLICATION}/submission": _json({"revision": 0}),
    "/intake/applications/<uuid:case_id>/steps/<key>": _form({"later": "x"}),
    f"/review/api{_CASE}/doubts": _json({"question": "x" * 20}),
    f"/review/api{_CASE}/objections": _json({"reasons": "x" * 20}),
    f"/review/api{_CASE}/terminations": _json({"ground": "OTHER_AGENT", "facts": "x" * 20}),
    "/v2/element-instances/<int:key>/variables": _json({"variables": {"x": 1}}),
    "/workflow/incidents/<int:key>/variables": lambda: {"data": {"revision": "1"}},
    "/v2/element-instances/search": _json({"page": {"limit": 1000}}),
    "/v2/jobs/<int:key>": _json({"changeset": {"retries": 1}}),
    "/v2/jobs/<int:key>/error": _json({"errorCode": "x"}),
    f"{_V2}/migration": _json(_PLAN),
    f"{_V2}/modification": _json(_BEGIN),
    f"{_API}/migration/preview": _json(_PLAN),
    f"{_API}/modification/preview": _json(_BEGIN),
    "/workflow/api/tasks/<int:key>/files": _with_file(),
}  # fmt: skip
"""By the address of the route."""


_UNDO, _TAKE = "/workflow/batches/<int:key>/undo", "/v2/user-tasks/<int:key>/assignment"


def body_of(path: str, values: Mapping[str, Any], asker: UUID) -> dict[str, Any]:
    """The body for a route about what the values name, or an empty one."""
    if path == _TAKE:
        return {"json": {"assignee": str(asker)}}
    if path == _UNDO:
        return {"data": {"instance": str(values.get("instance", 999))}}
    if path in _BODIES:
        return _BODIES[path]()
    is_form = "/api/" not in path and not path.startswith("/v2")
    return {"data": {}} if is_form else {"json": {}}
