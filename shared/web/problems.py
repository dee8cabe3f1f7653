"""One error shape: RFC 9457 problem+json for programs, a page in plain Chinese for people."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from shared.database import LOST, collided
from shared.errors import Busy, Invalid, NotFound, Problem, Stale, TooLarge, Unauthenticated, described
from shared.service import new_seed

RETRY_AFTER = 2
"""Seconds after which a request that found the system busy may be sent again."""

log = logging.getLogger(__name__)


def register_problems(app: Flask) -> None:
    """Turn every error into a problem: none shows a stack trace."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(ValidationError, _validation)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnectionFree, _busy)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Whether the request comes from a program: an API path, or JSON asked for before HTML."""
    if request.path.startswith("/v2/") or "/api/" in request.path:
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _problem(problem: Problem) -> Any:
    if isinstance(problem, Unauthenticated) and not wants_json() and request.method == "GET":
        here = request.full_path.rstrip("?")
        return redirect("/identity/login?" + urlencode({"next": here}))
    body: dict[str, Any] = {
        "type": "about:blank", "title": problem.title, "status": problem.status,
        "detail": problem.message, "instance": request.path, **problem.details,
    }  # fmt: skip
    if isinstance(problem, Invalid) and problem.fields:
        body["fields"] = problem.fields
    answer = _answer(body)
    if "retry_after" in problem.details:
        answer.headers["Retry-After"] = str(problem.details["retry_after"])
    return answer


def _validation(error: ValidationError) -> Any:
    messages = error.normalized_messages()
    return _problem(Invalid(fields=messages))


def _http(error: HTTPException) -> Any:
    if error.code == 404:
        return _problem(NotFound())
    if error.code == 413:
        return _problem(TooLarge() if request.mimetype == "multipart/form-data" else TooLarge(zh=_LONG))
    if error.code is not None and error.code < 400:
        return error
    body = {
        "type": "about:blank", "title": error.name, "status": error.code,
        "detail": _ZH.get(error.code or 0, "请求无法处理。"), "instance": request.path,
    }  # fmt: skip
    answer = _answer(body)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


_LONG = "提交的内容太长，没有保存。请减少内容，或者分几次提交。"
_ZH = {
    400: "请求格式不正确。",
    405: "这个地址不支持这种操作。",
    415: "不支持这种内容格式。",
    429: "操作太频繁，请稍后再试。",
}


def _database(error: DBAPIError) -> Any:
    """Locks, time limits and lost connections are no person's business: the transaction is rolled back."""
    if isinstance(error, IntegrityError) and collided(error):
        log.info("two did the same at once: %s", described(error))
        return _problem(Stale())
    return _busy(error) if isinstance(error, LOST) else _unexpected(error)


def _busy(error: Exception) -> Any:
    log.warning("busy: %s in %s %s", described(error), request.method, request.endpoint)
    answer = _problem(Busy())
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _unexpected(error: Exception) -> Any:
    # The error's own text may hold personal data: the log gets its type and place only.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    incident = f"{new_seed().int & 0xFFFFFFFFFF:010X}"  # forty random bits: to be told by telephone
    log.error(
        "incident %s: unexpected %s at %s in %s %s",
        incident, type(error).__name__, place, request.method, request.endpoint,
    )  # fmt: skip
    return _problem(Problem(incident=incident))


def _answer(body: dict[str, Any]) -> Response:
    if int(body["status"]) >= 500:
        g.setdefault("person", None)  # the page of an error must not ask the database once more
    if wants_json():
        answer = jsonify(body)
        answer.content_type = "application/problem+json"
    else:
        answer = Response(
            render_template("problem.html", problem=body), content_type="text/html; charset=utf-8"
        )
    answer.status_code = int(body["status"])
    return answer
