"""A case that several want to change at once, and what must hold of it whoever comes first."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from uuid import UUID

from services.workflow.engine import Execution, Surroundings, Variables
from services.workflow.human import tasks
from services.workflow.models import (
    Candidate,
    ElementInstance,
    History,
    Instance,
    Job,
    Subscription,
    Task,
    Timer,
)
from services.workflow.programs import programs_of
from services.workflow.waiting.messages import correlate_message, publish_message
from shared.contracts.case_states import may_follow
from shared.contracts.workflow import CorrelateMessage, MessageCorrelated, MessageRefused
from shared.errors import Rejected
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    job,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import House, someone

ANN = someone("ann", "clerk")
CLERK = 'assignmentDefinition candidateGroups="clerk"'


def at(state, id, tag="task", *inner):
    """An element where the case enters a state."""
    return marked(tag, id, *inner, extra=(CLERK,) if tag == "userTask" else (), caseState=state)


WORK = (
    start("ws"), node("parallelGateway", "fork"), user("a", ext(CLERK)), job("j", type="print"), end("je"),
    boundary("late", "a", timer("Duration", "P3D")), end("le"), node("receiveTask", "r", messageRef="note"),
    end("re"), node("endEvent", "done", "<terminateEventDefinition/>"),
    flows("ws fork a done", "fork j je", "fork r re", "late le"),
)  # fmt: skip
SERVICE = (
    start("ds"), at("DISPATCHING", "d1"), at("ASSIGNED", "d2"), at("ACCEPTED", "d3"),
    at("HANDLING", "work", "subProcess", *WORK), boundary("changed", "work", message("change")),
    boundary("stopped", "work", message("stop"), interrupting=False), end("pe"),
    marked("userTask", "paused", extra=(CLERK,), pausesDeadlines="true"),
    at("COMPLETED", "c1"), at("CLOSING_REVIEW", "z", "userTask"), at("CLOSED", "c2"),
    at("ARCHIVED", "de", "endEvent"),
    flows("ds d1 d2 d3 work c1 z c2 de", "changed d1", "stopped paused pe"),
)  # fmt: skip
THE_CASE = file(
    process(
        start(), at("SUBMITTED", "t1"), at("REGISTERED", "t2"), node("subProcess", "service", *SERVICE),
        boundary("ended", "service", message("end")), at("TERMINATING", "over", "userTask"), end(), end("oe"),
        flows("s t1 t2 service e", "ended over oe"),
    ),
    extra=message_def("change", "handler_changed") + message_def("end", "aid_terminated")
    + message_def("note", "note") + message_def("stop", "suspension_reported"),
)  # fmt: skip


@dataclass
class Case:
    """One case of a round."""

    house: House
    case_id: UUID
    key: int

    def task(self, element: str) -> int:
        """The open task of an element."""
        return self.house.rows(Task, instance_key=self.key, element_id=element, status="CREATED")[0].key

    def open_tasks(self) -> list[str]:
        """Elements whose tasks are open."""
        return [t.element_id for t in self.house.rows(Task, instance_key=self.key, status="CREATED")]

    def instance(self) -> Instance:
        """Its instance."""
        return self.house.rows(Instance, key=self.key)[0]

    def past(self, kind: str) -> int:
        """How often something is in its history."""
        return len(self.house.rows(History, instance_key=self.key, kind=kind))

    def answers(self) -> list[str]:
        """What those who told the case something were answered."""
        found = [m for m in self.house.emitted() if isinstance(m, MessageCorrelated | MessageRefused)]
        return sorted(type(m).__name__ for m in found if m.case_id == self.case_id)

    def terminate(self, work: Any) -> str:
        """What the termination process does."""
        return self._tell(work, "aid_terminated", "TERMINATING")

    def change(self, work: Any) -> str:
        """What the change of the handler does."""
        return self._tell(work, "handler_changed", "DISPATCHING")

    def suspend(self, work: Any) -> str:
        """What the report of a suspension does."""
        return publish_message(work, "suspension_reported", str(self.case_id), {}, case_id=self.case_id).name

    def _tell(self, work: Any, name: str, leading_to: str) -> str:
        command = CorrelateMessage(
            case_id=self.case_id, name=name, correlation_key=str(self.case_id), leading_to=leading_to
        )
        correlate_message(command, work)
        return name

    def complete(self, element: str) -> Any:
        """What the person at the task does."""
        key = self.task(element)
        return lambda work: tasks.complete_task(work, key, ANN, None, {}).status


def race(case: Case, number: int, *acts: Any) -> list[Any]:
    """Do the acts at once, each in its own transaction, one of them a little later from round to round.

    What each returned, or the status it was refused with.
    """
    ready = Barrier(len(acts))

    def run(index: int) -> Any:
        ready.wait()
        time.sleep(0.002 * (number // len(acts)) * (index == number % len(acts)))
        try:
            with case.house.runtime.transaction() as work:
                return acts[index](work)
        except Rejected as refused:
            return refused.status

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, range(len(acts))))


def check(case: Case) -> None:
    """Tokens, tables and the state of the case fit together, and the history is whole."""
    instance, house = case.instance(), case.house
    waiting = _tokens(house, instance) if instance.status == "ACTIVE" else {}
    open_tasks = house.rows(Task, instance_key=case.key, status="CREATED")
    open_jobs = [j for j in house.rows(Job, instance_key=case.key) if j.status == "CREATED"]
    waits = [*house.rows(Timer, instance_key=case.key), *house.rows(Subscription, instance_key=case.key)]
    found = {
        "tasks": {t.element_key for t in open_tasks}, "jobs": {j.element_key for j in open_jobs},
        "waits": {w.key for w in waits},
    }  # fmt: skip
    assert found == {name: waiting.get(name, set()) for name in found}
    offered = {c.task_key for c in house.rows(Candidate)}
    assert offered & {t.key for t in house.rows(Task, instance_key=case.key)} == {t.key for t in open_tasks}
    if instance.status != "ACTIVE":
        assert house.rows(ElementInstance, instance_key=case.key, status="ACTIVE") == []
    standing_still = {t.key for t in house.rows(Timer, instance_key=case.key) if t.paused_at is not None}
    assert standing_still == ({w.key for w in waits if isinstance(w, Timer)} if instance.paused_at else set())
    _states_follow(case, instance)


def _tokens(house: House, instance: Instance) -> dict[str, set[int]]:
    with house.runtime.reading() as session:
        program, called = programs_of(session, instance)
    lent = Surroundings(house.clock.now(), lambda: 0, _nothing, _nothing, Variables(lambda keys: {}))
    found: dict[str, set[int]] = {}
    for wait in Execution.load(instance.tokens or b"", program, called, lent).waiting():
        kind = {"userTask": "tasks", "serviceTask": "jobs"}.get(wait.node.kind, "waits")
        found.setdefault(kind, set()).add(wait.key)
    return found


def _nothing(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing is reckoned by looking")


def _states_follow(case: Case, instance: Instance) -> None:
    changes = case.house.rows(History, instance_key=case.key, kind="state_changed")
    told = [(entry.body["before"], entry.body["after"]) for entry in changes]
    assert [before for before, _ in told] == [None, *(after for _, after in told[:-1])]
    assert all(may_follow(before, after) for before, after in told)
    assert instance.case_state == told[-1][1]
