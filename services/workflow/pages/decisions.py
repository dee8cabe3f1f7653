"""A deployed decision as a page: the table as its author wrote it, with the clauses beside the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Response, render_template
from sqlalchemy.orm import Session

from services.workflow.decisions.library import ids_within, program_of, settings_within
from services.workflow.expressions import surroundings
from services.workflow.models import DecisionDefinition, DecisionRequirements
from services.workflow.pages.boxed import arranged
from services.workflow.pages.door import blueprint
from services.workflow.pages.words import setting_in_words
from services.workflow.rules import LARGEST_KEY
from shared.dmn.analysis import Finding, analyse
from shared.dmn.model import Decision, Model
from shared.errors import NotFound
from shared.policy import PolicyError
from shared.web import needs, reading, runtime


@blueprint.get("/decisions/<int:key>")
@needs("workflow.model.read")
def decision(key: int) -> Any:
    """One version of a decision."""
    with reading() as session:
        row = _row(session, key)
        model = program_of(session, row.requirements_key).model
        shown = next(d for d in model.decisions if d.id == row.decision_id)
        file = session.get_one(DecisionRequirements, row.requirements_key)
        needs = list(_needs(session, row, model, shown))
        remarks = _remarks(model, shown)
        return render_template(
            "workflow/decision.html", row=row, file=file, question=shown.question, body=arranged(shown.body),
            needs=needs, remarks=remarks, settings=_settings(shown), versions=_versions(session, row),
            width="full",
        )  # fmt: skip


@blueprint.get("/decisions/<int:key>/xml")
@needs("workflow.model.read")
def decision_file(key: int) -> Response:
    """The file a decision was deployed with, for the modeller."""
    with reading() as session:
        row = _row(session, key)
        file = session.get_one(DecisionRequirements, row.requirements_key)
        answer = Response(file.xml, content_type="application/xml; charset=utf-8")
    name = f"{row.requirements_id}-v{row.requirements_version}.dmn"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _remarks(model: Model, shown: Decision) -> list[Finding]:
    """What the analysis says of this decision, by the policy in force."""
    house, own = runtime(), ids_within(shown)
    given = surroundings(house.clock.now(), house.calendar, house.policy, strict=False)
    return [finding for finding in analyse(model, given) if finding.element_id in own]


def _settings(shown: Decision) -> list[tuple[str, str]]:
    """The settings of the policy in force that the decision reads; one that is not there is said to be so."""
    found = []
    for path in sorted(settings_within(shown)):
        try:
            found.append((path, setting_in_words(runtime().policy.get(path))))
        except PolicyError:
            found.append((path, "没有这一项"))
    return found


def _row(session: Session, key: int) -> DecisionDefinition:
    row = session.get(DecisionDefinition, key) if key <= LARGEST_KEY else None
    if row is None:
        raise NotFound
    return row


def _versions(session: Session, row: DecisionDefinition) -> list[DecisionDefinition]:
    same = sa.select(DecisionDefinition).where(DecisionDefinition.decision_id == row.decision_id)
    return list(session.scalars(same.order_by(DecisionDefinition.version.desc())))


def _needs(
    session: Session, row: DecisionDefinition, model: Model, shown: Decision
) -> Iterator[tuple[str, int | None]]:
    """Names of what a decision is made from, with the key of the page where that is a decision here."""
    of_file = sa.select(DecisionDefinition).where(DecisionDefinition.requirements_key == row.requirements_key)
    keys = {d.decision_id: d.key for d in session.scalars(of_file)}
    names = {given.id: given.name for given in model.inputs}
    names |= {made.id: made.name for made in model.decisions}
    names |= {shared.id: shared.name for shared in model.knowledge_models}
    for href in (*shown.information, *shown.knowledge):
        identifier = href.rpartition("#")[2]
        yield names.get(identifier, identifier), keys.get(identifier)
