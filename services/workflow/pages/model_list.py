"""The deployed models, for process owners."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, request

from services.workflow.decisions.library import newest_decisions
from services.workflow.models import ModelVersion
from services.workflow.pages.door import blueprint
from services.workflow.paging import Asked, Order, page_of
from services.workflow.rules import LARGEST_KEY
from shared.errors import NotFound
from shared.web import needs, reading

ROWS = 50


@blueprint.get("/models")
@needs("workflow.model.read")
def models() -> Any:
    """Every version of every process, the newest of each first, and the newest of every decision."""
    orders = [Order(ModelVersion.process_id), Order(ModelVersion.version, descending=True)]
    with reading() as session:
        page = page_of(session, sa.select(ModelVersion), orders, Asked(ROWS, after=request.args.get("after")))
        decided = newest_decisions(session)
        return render_template("workflow/models.html", page=page, decisions=decided, width="full")


@blueprint.get("/models/<int:key>/xml")
@needs("workflow.model.read")
def model_file(key: int) -> Response:
    """One version as the file that was deployed, for the modeller."""
    with reading() as session:
        model = session.get(ModelVersion, key) if key <= LARGEST_KEY else None
        if model is None:
            raise NotFound
        answer = Response(model.xml, content_type="application/xml; charset=utf-8")
    name = f"{model.process_id}-v{model.version}.bpmn"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
