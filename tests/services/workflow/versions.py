"""Two versions of a process, and an instance that goes over from one to the other."""

from datetime import timedelta

import pytest

from services.workflow.changing.migration import Plan, migrate_instance
from services.workflow.changing.migration_rows import undo_migration
from services.workflow.models import (
    ElementInstance,
    Job,
    Subscription,
    Task,
    Timer,
)
from services.workflow.problems import ChangeImpossible
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
DUE = 'taskSchedule dueDate="=date and time(&quot;2026-10-14T04:00:00Z&quot;)"'
CLERK = ext('assignmentDefinition candidateGroups="clerk"', DUE)
DAY = timedelta(days=1)
MESSAGES = message_def("m", "m") + message_def("n", "n") + message_def("k", "k", "=nothing")
LATE = boundary("late", "a", timer("Duration", "P3D"))
CALL = node("callActivity", "call", ext('calledElement processId="inner"'))


def model(*parts, way="s a e", more=()):
    """A version of the process: its parts, and the way through them."""
    return file(process(start(), *parts, end(), flows(way, *more)), extra=MESSAGES)


def inner(task):
    """A version of the called process."""
    return file(process(start(), user(task, CLERK), end(), flows(f"s {task} e"), id="inner"))


A = user("a", CLERK)
GATEWAY = node("eventBasedGateway", "g")
C, D = node("intermediateCatchEvent", "c", message("m")), node("intermediateCatchEvent", "d", message("n"))
T = node("intermediateCatchEvent", "t", timer("Duration", "P1D"))


def begin(house, first, second, *deployed, **variables):
    """An instance of the first version, and the plan to go to the second."""
    house.deploy(*deployed, first) if deployed else house.deploy(first)
    house.start(**variables)
    [(key, _)] = house.deploy(second)
    return Plan(key)


def migrate(house, plan, how=migrate_instance, **mapping):
    with house.work() as work:
        return how(work, house.instance().key, Plan(plan.target, mapping, plan.called), "boss")


def undo(house):
    with house.work() as work:
        undo_migration(work, house.instance().key, "boss")


def everything(house):
    """What a refusal, a preview or an undoing leaves as it was."""
    instance = house.instance()
    tables = (ElementInstance, Task, Timer, Subscription, Job)
    rows = [{k: v for k, v in vars(r).items() if k[0] != "_"} for t in tables for r in house.rows(t)]
    return [instance.tokens, instance.definition_key, instance.version, instance.pins, rows]


def refused(house, plan, **mapping):
    """(element, rule) of what stands in the way; nothing has changed."""
    before = everything(house)
    with pytest.raises(ChangeImpossible) as error:
        migrate(house, plan, **mapping)
    assert everything(house) == before
    found = error.value.details["obstacles"]
    assert all(
        "{" not in text for one in found for part in ("reason", "remedy") for text in one[part].values()
    )
    return [(one["elementId"], one["rule"]) for one in found]


def waits(house):
    return sorted(row.element_id for row in [*house.rows(Timer), *house.rows(Subscription)])
