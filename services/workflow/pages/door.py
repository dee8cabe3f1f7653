"""The blueprint of workflow's pages, and the page that names the rule of separated duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from services.workflow.models import Task
from services.workflow.problems import SeparationOfDuties
from shared.errors import Forbidden, Malformed
from shared.web import reading

blueprint = Blueprint("workflow_pages", __name__, url_prefix="/workflow")


@blueprint.errorhandler(SeparationOfDuties)
def _separated(error: SeparationOfDuties) -> Response:
    """Which two tasks one person must not do, and what to do now."""
    with reading() as session:
        tasks = [_task_name(session, error.details[which]) for which in ("element", "done")]
    page = render_template("workflow/separation.html", problem=error, tasks=tasks)
    return Response(page, status=Forbidden.status, content_type="text/html; charset=utf-8")


def _task_name(session: Session, element: Any) -> str:
    newest = sa.select(Task.name).where(Task.element_id == element).order_by(Task.key.desc()).limit(1)
    return session.scalar(newest) or str(element)


def revision_posted() -> int:
    """Which state of a task a page showed when its form was sent; raises Malformed."""
    try:
        return int(request.form["revision"])
    except ValueError as error:
        raise Malformed from error


def problems_of(errors: Mapping[str, Sequence[str]] | None) -> list[dict[str, str]]:
    """What the summary at the top of a page says of the fields `f-…`."""
    return [{"text": texts[0], "href": f"#f-{name}"} for name, texts in (errors or {}).items()]
