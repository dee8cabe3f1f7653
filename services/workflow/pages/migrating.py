"""Taking running instances over to another version: what would become of each, then all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.cases import numbers_of
from services.workflow.changing.batches import start_batch
from services.workflow.changing.migration import Plan, preview_migration
from services.workflow.engine import Definition
from services.workflow.models import Instance, ModelVersion
from services.workflow.models.batches import MIGRATE
from services.workflow.models.instances import ACTIVE
from services.workflow.pages.door import blueprint
from services.workflow.paging import Asked, Order, page_of
from services.workflow.programs import program_of
from services.workflow.visibility import visible_instances
from shared.errors import NotFound, Rejected
from shared.messaging.work import UnitOfWork
from shared.web import Person, current_person, requires, transaction

ROWS = 20
_ROLES = ("process_owner", "administrator")


@dataclass(frozen=True)
class Choice:
    """From which version to which, and the elements that go elsewhere; `open_ids` are those without a
    counterpart, each with what it may be mapped to.
    """

    source: ModelVersion
    target: ModelVersion
    mapping: Mapping[str, str]
    open_ids: Sequence[tuple[str, str, list[tuple[str, str]]]]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return Plan(self.target.key, self.mapping)


@dataclass(frozen=True)
class Line:
    """What would become of one instance: `obstacles` is empty when it can go over."""

    key: int
    case_id: UUID | None
    number: str
    linked: bool
    places: str
    obstacles: list[str]
    news: str


@blueprint.get("/models/<process>/migrate")
@requires(*_ROLES)
def migrate_page(process: str) -> Any:
    """The versions to choose from, and what would become of each running instance; nothing is kept."""
    person = current_person()
    with transaction() as work:
        versions, choice = _chosen(work.session, process, request.args)
        query = _running(person, choice.source.key)
        after = request.args.get("after") or None
        page = page_of(work.session, query, [Order(Instance.key)], Asked(ROWS, after=after))
        numbers = numbers_of(work.session, {row.case_id for row in page.rows if row.case_id})
        lines = [_line(work, row.key, choice, numbers, person) for row in page.rows]
        return render_template(
            "workflow/migrate.html", versions=versions, choice=choice, lines=lines, total=page.how_many,
            following=page.end if page.further else None, process=process, width="full",
        )  # fmt: skip


@blueprint.post("/models/<process>/migrate")
@requires(*_ROLES)
def migrate_all(process: str) -> Any:
    """Put all running instances of the version on the list; the page of the batch shows how far it is."""
    person = current_person()
    with transaction() as work:
        _, choice = _chosen(work.session, process, request.form)
        chosen = _running(person, choice.source.key)
        batch = start_batch(work, MIGRATE, chosen, str(person.id), plan=choice.plan)
        key = batch.key
    return redirect(f"/workflow/batches/{key}")


def _running(person: Person, version: int) -> sa.Select[tuple[Instance]]:
    of_version = (Instance.definition_key == version, Instance.status == ACTIVE)
    return visible_instances(person, _ROLES).where(*of_version)


def _chosen(
    session: Session, process: str, given: Mapping[str, str]
) -> tuple[Sequence[ModelVersion], Choice]:
    """All versions, the newest first, and the two chosen ones: at first the newest and the one before it."""
    of_process = sa.select(ModelVersion).where(ModelVersion.process_id == process)
    versions = session.scalars(of_process.order_by(ModelVersion.version.desc())).all()
    if len(versions) < 2:
        raise NotFound
    by_number = {str(model.version): model for model in versions}
    target = by_number.get(given.get("target", ""), versions[0])
    source = by_number.get(given.get("source", ""), versions[1])
    before, after = (program_of(session, m.key, m.sha256, process).definition for m in (source, target))
    mapping = {
        name.removeprefix("map-"): value
        for name, value in given.items()
        if name.startswith("map-") and value in after.nodes and name[4:] in before.nodes
    }
    return versions, Choice(source, target, mapping, _without_counterpart(before, after))


def _without_counterpart(
    before: Definition, after: Definition
) -> list[tuple[str, str, list[tuple[str, str]]]]:  # fmt: skip
    """Elements where a token may wait that the target does not have, and its new ones of the same kind."""
    found = []
    for node in before.nodes.values():
        new = [n for n in after.nodes.values() if n.kind == node.kind and n.id not in before.nodes]
        if node.id not in after.nodes and new and not node.kind.endswith(("startEvent", "endEvent")):
            found.append((node.id, node.name or node.id, [(n.id, n.name or n.id) for n in new]))
    return found


def _line(
    work: UnitOfWork, key: int, choice: Choice, numbers: Mapping[UUID, str], person: Person
) -> Line:  # fmt: skip
    obstacles, told = _tried(work, key, choice, str(person.id))
    instance = work.session.get_one(Instance, key)
    kinds = {"timers": "新增定时", "messages": "新增等候", "dropped": "不再等候"}
    news = [f"{words} {len(told[kind])} 项" for kind, words in kinds.items() if told.get(kind)]
    at = [e["name"] or e["target"] for one in told.get("migrated", ()) for e in one["elements"]]
    case_id = instance.case_id
    return Line(
        key=key, case_id=case_id, number=numbers.get(case_id, "") if case_id else "",
        linked=case_id is not None and person.may_see(organisation=instance.org_path, involved=()),
        places="、".join(dict.fromkeys(at)), obstacles=obstacles, news="，".join(news),
    )  # fmt: skip


def _tried(work: UnitOfWork, key: int, choice: Choice, by: str) -> tuple[list[str], dict[str, Any]]:
    try:
        return [], preview_migration(work, key, choice.plan, by)
    except Rejected as refused:
        found = refused.details.get("obstacles") or []
        source = choice.source
        nodes = program_of(work.session, source.key, source.sha256, source.process_id).definition.nodes
        return [_obstacle(nodes, one) for one in found] or [refused.message], {}


def _obstacle(nodes: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    node = nodes.get(one["elementId"])
    name = (node.name if node else "") or one["elementId"]
    return f"{name}：{one['reason']['zh']}。{one['remedy']['zh']}。"
