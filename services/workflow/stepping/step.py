"""A step: the instance's row is locked, its tokens move, rows, history and messages are written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.decisions.evaluating import make_decision
from services.workflow.decisions.library import latest_decision
from services.workflow.engine import Execution, Node, Surroundings, Variables, Verdict
from services.workflow.expressions import evaluator, surroundings
from services.workflow.history import BEGINNING, record
from services.workflow.models import Instance, ModelVersion, StoredVariable
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import InstanceOver, InstanceSuspended
from services.workflow.programs import Pins, programs_of
from services.workflow.stepping.buffered import take_buffered
from services.workflow.stepping.ending import Endings
from services.workflow.stepping.pausing import clocks_stand, keep_pauses
from services.workflow.stepping.rows import apply
from shared.bundle import Bundle, bundle_of
from shared.database import table_of
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork

STEPS = 100
"""How many elements one transaction moves at most, so that nobody waits long for the rows it holds."""
ROUNDS = 500
"""How many such transactions in a row are not yet an endless loop."""
_VARIABLES = table_of(StoredVariable)
_OF_SCOPES = (
    sa.select(_VARIABLES.c.scope_key, _VARIABLES.c.name, _VARIABLES.c.value)
    .where(_VARIABLES.c.scope_key.in_(sa.bindparam("keys", expanding=True)))
)  # fmt: skip


class Step:
    """The work on one locked instance. `now` stands still; nothing is written before `settle`."""

    def __init__(self, work: UnitOfWork, instance: Instance) -> None:
        self.work = work
        self.instance = instance
        self.session: Session = work.session
        self.bundle: Bundle = bundle_of(work.session)
        """What the transaction will write."""
        work.session.autoflush = False  # all rows of a step are written together at its end
        self.now: datetime = work.clock.now()
        self.opened: list[tuple[int, str, str]] = []
        """Keys of elements that began to wait for a message: its name, its correlation key."""
        self.endings = Endings()
        self.answers_for: int | None = None
        self.variables = Variables(self._fetch)
        self._execution: Execution | None = None
        self.bundle.follow(instance)

    @property
    def execution(self) -> Execution:
        """The instance's tokens, read when first needed: a claim does not."""
        if self._execution is None:
            assert self.instance.tokens is not None
            program, called = programs_of(self.session, self.instance)
            self._execution = Execution.load(self.instance.tokens, program, called, self.around)
        return self._execution

    @execution.setter
    def execution(self, begun: Execution) -> None:
        self._execution = begun

    @property
    def around(self) -> Surroundings:
        """What the engine is lent."""
        evaluate = evaluator(self.now, self.work.calendar, self.work.policy)
        return Surroundings(self.now, self.new_key, evaluate, self.decide, self.variables)

    def decide(self, decision: str, variables: Mapping[str, Any]) -> Verdict | None:
        """The newest version of a decision, made from these variables."""
        found = latest_decision(self.session, decision)
        if found is None:
            return None
        given = surroundings(self.now, self.work.calendar, self.work.policy, strict=True)
        report = make_decision(self.session, found, variables, given)
        return Verdict(report.value, report.failure, report)

    def new_key(self) -> int:
        """The next 63-bit key."""
        return self.work.ids.key(self.now)

    def model_key(self, process_id: str) -> int:
        """The key of the model of the instance's own process or of one it calls."""
        own = process_id == self.instance.process_id
        return self.instance.definition_key if own else int(self.instance.pins[process_id][0])

    def past(self, event: str, /, **body: Any) -> None:
        """Add to the history."""
        record(self.session, self.instance, self.now, event, **body)

    def settle(self) -> None:
        """Move as far as it goes, or to the step cap, and write it all down."""
        self.move()
        self.write()

    def move(self) -> None:
        """The same, but what came of it is written at the commit, by who touches the instance no more."""
        more = True
        while more:
            run = self.execution.run(STEPS)
            for entry in run.journal:
                apply(self, entry)
            more = not run.more and self._deliver_buffered()
        self._save(run.more)

    def keep(self) -> None:
        """Write down what was changed without moving anything on."""
        self._save(self.note())
        self.write()

    def note(self) -> bool:
        """Apply what was changed without moving anything on; whether something is left to do."""
        run = self.execution.run(0)
        for entry in run.journal:
            apply(self, entry)
        return run.more

    def _deliver_buffered(self) -> bool:
        """Hand a buffered message to a subscription that has just opened."""
        while self.opened:
            key, *message = self.opened.pop(0)
            if key not in self.endings.subscriptions and take_buffered(self, key, *message):
                return True
        return False

    def _save(self, more: bool) -> None:
        instance = self.instance
        self._save_variables()
        instance.unfinished = more and instance.status == ACTIVE
        instance.rounds = instance.rounds + 1 if instance.unfinished else 0
        instance.revision += 1
        self._keep_tokens()
        self.endings.give(self)
        if clocks_stand(self):
            self.write()
            if keep_pauses(self):
                self._keep_tokens()

    def write(self) -> None:
        """Write all that came of the step so far."""
        self.bundle.write()
        self.session.flush()

    def _keep_tokens(self) -> None:
        instance = self.instance
        instance.tokens = self.execution.dump() if instance.status == ACTIVE else None

    def _save_variables(self) -> None:
        variables = self.variables
        for scope, values in variables.changed.items():
            for name, value in values.items():
                row = {"scope_key": scope, "name": name, "instance_key": self.instance.key, "value": value}
                self.bundle.put(_VARIABLES, row)
            self.past("variables_set", scope=str(scope), values=dict(values))
        self.endings.scopes |= variables.dropped
        variables.saved()

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for scope, name, value in self.session.execute(_OF_SCOPES, {"keys": list(keys)}):
            found.setdefault(scope, {})[name] = value
        return found


def locked(session: Session, key: int) -> Instance:
    """The instance's row, locked until the end of the transaction."""
    instance = session.get(Instance, key, with_for_update=True, populate_existing=True)
    if instance is None:
        raise NotFound
    return instance


def resume(work: UnitOfWork, key: int, held: Instance | None = None, *, suspended: bool = False) -> Step:
    """A step on a running instance, which is locked (`held`: by the caller already); raises InstanceOver, and
    InstanceSuspended unless the step may be done on a `suspended` one too.
    """
    instance = held or locked(work.session, key)
    if instance.status != ACTIVE or instance.tokens is None:
        raise InstanceOver
    if instance.suspended_at is not None and not suspended:
        raise InstanceSuspended
    return Step(work, instance)


def begin(
    work: UnitOfWork, version: ModelVersion, pins: Pins, variables: Mapping[str, Any], *,
    case_id: UUID | None, org_path: str, message: str | None = None, signal: str | None = None,
    start_key: str | None = None,
) -> Step:  # fmt: skip
    """A step that starts a new instance; the caller settles it."""
    now = work.clock.now()
    instance = Instance(
        key=work.ids.key(now), process_id=version.process_id, definition_key=version.key,
        definition_sha=version.sha256, version=version.version, pins=dict(pins), tokens=None, revision=0,
        status=ACTIVE, case_id=case_id, case_state=None, org_path=org_path, start_key=start_key,
        unfinished=False, rounds=0, history_length=0, history_hash=BEGINNING, started_at=now,
    )  # fmt: skip
    step = Step(work, instance)
    by = {"signal": signal} if signal else {"message": message}
    step.past("instance_started", process=version.process_id, version=version.version, **by)
    program, called = programs_of(work.session, instance)
    step.execution = Execution.start(instance.key, program, called, step.around, variables, message, signal)
    return step


def node_of(step: Step, process_id: str, element_id: str) -> Node:
    """An element of the instance's own process or of one it calls."""
    program, called = programs_of(step.session, step.instance)
    definition = (
        program.definition if process_id == step.instance.process_id else called[process_id].definition
    )
    return definition.nodes[element_id]
