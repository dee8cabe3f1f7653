"""`/v2/process-instances/search`: processes found by who runs them, and how far each has come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import jsonify

from services.workflow.finished.looking_back import including
from services.workflow.models import ElementInstance, Incident, Instance, ModelVersion
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.models.records import RAISED
from services.workflow.paging import page_of
from services.workflow.v2.criteria import Condition
from services.workflow.v2.door import MANAGERS, blueprint, body_as
from services.workflow.v2.incidents import INCIDENT_SEARCH, INCIDENTS, incidents_where
from services.workflow.v2.instance_filters import SORTS, InstanceFilter, instance_conditions, instance_orders
from services.workflow.v2.instances import INSTANCE, instance_results, managed_instance
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import asked_page, listed, search_schema
from services.workflow.v2.shapes import many, number, operation, results_of, shape, text
from services.workflow.visibility import visible_instances
from shared.web import Person, current_person, reading, requires

_SEARCH = search_schema(InstanceFilter, list(SORTS))


STATISTICS = shape(
    "ElementStatistics", elementId=text(), active=number(), canceled=number(), incidents=number(),
    completed=number(),
)  # fmt: skip


@blueprint.post("/process-instances/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(INSTANCE))
def search_instances() -> Any:
    """Running and ended processes at the reader's organisations and below.

    Differs: called processes are part of the instance that calls them, not instances of their own.
    No filter by batch operation or the hash of an error. Elements and variables of what was put away are
    looked at only where its key or case is named.
    """
    body = body_as(_SEARCH)
    query = chosen_instances(current_person(), body["filter"])
    orders = instance_orders(body)
    with reading() as session, including_named(session, body["filter"]) as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(listed(page, instance_results(session, page.rows)))


@blueprint.get("/process-instances/<int:key>/statistics/element-instances")
@requires(*MANAGERS)
@operation(gives=shape("ElementStatisticsList", items=many(STATISTICS)))
def instance_statistics(key: int) -> Any:
    """How often each element of a process is active, ended, stuck."""
    with reading() as session, including(session, [key]) as session:
        managed_instance(session, key)
        rows = session.execute(_counts(key)).all()
    names = ("elementId", "active", "canceled", "incidents", "completed")
    return jsonify(items=[dict(zip(names, row, strict=True)) for row in rows])


@blueprint.post("/process-instances/<int:key>/incidents/search")
@requires(*MANAGERS)
@operation(takes=INCIDENT_SEARCH, gives=INCIDENTS)
def search_instance_incidents(key: int) -> Any:
    """Incidents of one process, those of the processes it calls too."""
    with reading() as session:
        managed_instance(session, key)
    return incidents_where(Incident.instance_key == key, of=key)


def chosen_instances(person: Person, wanted: dict[str, Any]) -> sa.Select[tuple[Instance]]:
    """Those of the processes at the person's organisations that a loaded filter finds."""
    visible = visible_instances(person, MANAGERS)
    joined = visible.join(ModelVersion, ModelVersion.key == Instance.definition_key)
    return joined.where(*instance_conditions(wanted))


def _counts(key: int) -> sa.Select[Any]:
    def times(condition: Condition) -> Any:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    stuck = sa.exists().where(Incident.element_key == ElementInstance.key, Incident.status == RAISED)
    of_element = sa.select(
        ElementInstance.element_id, times(ElementInstance.status == ACTIVE),
        times(ElementInstance.status == TERMINATED), times(stuck), times(ElementInstance.status == COMPLETED),
    )  # fmt: skip
    grouped = of_element.where(ElementInstance.instance_key == key).group_by(ElementInstance.element_id)
    return grouped.order_by(ElementInstance.element_id)
