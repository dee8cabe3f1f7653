"""The workflow service on its bench: models deployed, people acting, other services answering."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from services.workflow import instances
from services.workflow.app import SERVICE
from services.workflow.deploying.deployments import deploy_resources
from services.workflow.history import verify_history
from services.workflow.human import tasks
from services.workflow.models import (
    Base,
    History,
    Incident,
    Instance,
    Job,
    StoredSubmission,
    StoredVariable,
    Task,
)
from services.workflow.models.records import RAISED
from services.workflow.models.tasks import CREATED
from services.workflow.waiting import jobs, messages, signals, timers
from shared.database import engine_for, ensure_schema
from shared.messaging.contract import Answer, Command
from shared.rights import Held, Person
from tests.rig import CASE, CENTRE, START, Bench, person


def someone(name: str, *roles: str, at: str = CENTRE) -> Person:
    """An invented person with these roles."""
    held = tuple(Held(role, at) for role in roles)
    return Person(id=person(name), name=name, roles=held, session_id=person("s"), csrf="")


def form(identifier: str, **fields: str) -> bytes:
    """A form with text fields (`required` or empty)."""
    components = [
        {
            "type": "textfield",
            "id": f"c_{key}",
            "key": key,
            "label": key,
            "validate": {"required": rule == "required"},
        }
        for key, rule in fields.items()
    ]
    return json.dumps({"type": "default", "id": identifier, "components": components}).encode()


def _suffix(content: bytes) -> str:
    if content.startswith(b"{"):
        return "form"
    return "dmn" if b"/spec/DMN/" in content else "bpmn"


class House(Bench):
    """A bench with shorthands for what tests of the host do again and again."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        if "database_url" in settings:
            engine = engine_for(settings["database_url"], SERVICE.name)
            ensure_schema(engine, SERVICE.name)
            engine.dispose()
        super().__init__(SERVICE, folder, START - timedelta(seconds=1), **settings)

    @contextmanager
    def work(self) -> Iterator[Any]:
        """A unit of work, a moment after the last one, so that keys are in order."""
        self.clock.moment += timedelta(milliseconds=1)
        with super().work() as work:
            yield work

    def deploy(self, *resources: bytes) -> list[tuple[int, int]]:
        """Deploy BPMN and DMN (XML) and forms (JSON) together; key and version of each model and form."""
        named = [(f"file.{_suffix(content)}", content) for content in resources]
        with self.work() as work:
            deployment = deploy_resources(work, named, "tester")
            rows: list[Any] = [*deployment.processes, *deployment.forms]
            return [(row.key, row.version) for row in rows]

    def start(self, process: str = "p", case_id: UUID | None = CASE, **variables: Any) -> int:
        """Start an instance of a case; its key."""
        with self.work() as work:
            given = {"case_id": str(case_id), "agency": CENTRE, **variables}
            return instances.create_instance(work, process, given, case_id=case_id).instance.key

    def rows(self, table: type[Base], **where: Any) -> list[Any]:
        """All rows of a table by key, which is the order they were made in."""
        with self.runtime.reading() as session:
            order = sa.inspect(table).primary_key
            return list(session.scalars(sa.select(table).filter_by(**where).order_by(*order)))

    def instance(self) -> Instance:
        """The newest instance."""
        return cast("Instance", self.rows(Instance)[-1])

    def task(self, element: str) -> Task:
        """The oldest open task of an element."""
        return cast("Task", self.rows(Task, element_id=element, status=CREATED)[0])

    def open_tasks(self) -> list[str]:
        """Elements whose tasks are open."""
        return sorted(t.element_id for t in self.rows(Task, status=CREATED))

    def complete(self, element: str, who: Person, **answers: Any) -> None:
        """Complete the oldest open task of an element."""
        key = self.task(element).key
        with self.work() as work:
            tasks.complete_task(work, key, who, None, answers)

    def job(self, element: str) -> Job:
        """The newest job of an element."""
        return cast("Job", self.rows(Job, element_id=element)[-1])

    def answer(self, element: str, answer: Answer) -> None:
        """A service answers the command of this element's job."""
        assert self.deliver(answer, job_key=str(self.job(element).key)).ended == "ack"

    def commands(self) -> list[Command]:
        """Every command sent so far, again if sent again."""
        return [m for m in self.emitted() if isinstance(m, Command)]

    def variables(self, scope: int | None = None) -> dict[str, Any]:
        """The variables of a scope (default: the newest instance), without those every test has."""
        rows = self.rows(StoredVariable, scope_key=scope or self.instance().key)
        return {r.name: r.value for r in rows if r.name not in ("case_id", "agency")}

    def incidents(self) -> list[Incident]:
        """Open incidents."""
        return self.rows(Incident, status=RAISED)

    def submissions(self) -> list[StoredSubmission]:
        """What people handed in."""
        return self.rows(StoredSubmission)

    def past(self, *kinds: str) -> list[str]:
        """Kinds of history entries, or the elements of those of these kinds."""
        if not kinds:
            return [entry.kind for entry in self.rows(History)]
        return [entry.body.get("element", "") for entry in self.rows(History) if entry.kind in kinds]

    def fire_timer(self) -> bool:
        """One turn of the clock."""
        with self.work() as work:
            return timers.fire_due_timers(work)

    def hurry_jobs(self) -> None:
        """Every waiting job is due now; one turn of their clock."""
        with self.work() as work:
            long_ago = sa.update(Job).where(Job.next_at.is_not(None)).values(next_at=START.replace(year=2000))
            work.session.execute(long_ago)
        with self.work() as work:
            jobs.retry_due_job(work)

    def publish(self, name: str, key: str = str(CASE), **options: Any) -> None:
        """Publish a message as the API does."""
        variables = options.pop("variables", {})
        with self.work() as work:
            messages.publish_message(work, name, key, variables, **options)

    def spread_signals(self) -> int:
        """Deliver every signal that is on its way; how many there were."""
        for count in itertools.count():
            with self.work() as work:
                if not signals.deliver_signal(work):
                    return count
        raise AssertionError

    def intact(self) -> bool:
        """Whether no history was changed."""
        with self.runtime.reading() as session:
            return verify_history(session) is None
