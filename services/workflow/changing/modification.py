"""Moving the tokens of a running instance by hand: what begins and what ends, tried before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.workflow.changing.effects import Effects, effects_since, impossible, obstacles_told, undone
from services.workflow.deploying.caseflow import possible_before
from services.workflow.engine.modifying import activate, keys_at, sweep, terminate
from services.workflow.engine.obstacles import CASE_STATE, NOT_RUNNING, obstacle
from services.workflow.problems import CaseEndsOtherwise
from services.workflow.programs import programs_of
from services.workflow.stepping import Step, resume
from shared.contracts.case_states import CASE_STATES
from shared.messaging.work import UnitOfWork


@dataclass(frozen=True)
class Activation:
    """A token to be put at an element, inside the scope `ancestor` where several run. `variables` maps the id
    of the element or of a scope around it (the instance: "") to what is set there.
    """

    element: str
    ancestor: int | None = None
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Modification:
    """What begins, then what ends: element instances by key, or all that are at an element by its id."""

    activate: tuple[Activation, ...] = ()
    terminate: tuple[int | str, ...] = ()


def modify_instance(work: UnitOfWork, key: int, wanted: Modification, by: str, reason: str = "") -> Effects:
    """Do it and move on as far as it goes; what came of it. Raises ChangeImpossible, ImpossibleState for a
    case that cannot be in the state named there, and CaseEndsOtherwise where a case would be left without
    a process.
    """
    step = resume(work, key)
    number = step.instance.history_length
    step.past("instance_modified", by=by, reason=reason, **_told(wanted))
    with obstacles_told():
        for activation in wanted.activate:
            _activate(step, activation)
        for which in wanted.terminate:
            _terminate(step, which)
        if sweep(step.execution):
            _end(step)
    step.settle()
    return effects_since(work.session, step.instance, number)


def preview_modification(work: UnitOfWork, key: int, wanted: Modification, by: str) -> Effects:
    """What `modify_instance` would come to: it is done, and undone."""
    with undone(work):
        return modify_instance(work, key, wanted, by)


def _activate(step: Step, wanted: Activation) -> None:
    begun = activate(step.execution, wanted.element, wanted.ancestor, wanted.variables)
    state = step.instance.case_state
    if state is None:
        return
    program, called = programs_of(step.session, step.instance)
    process_id = program.definition.process_id
    known = {**{name: other.definition for name, other in called.items()}, process_id: program.definition}
    before = possible_before(known, process_id)
    first = begun[0]
    states = before.get((first.process, first.id), frozenset())
    if state not in states and state != first.setting("caseState"):
        raise impossible(obstacle(wanted.element, CASE_STATE, state=CASE_STATES.get(state, state)))


def _terminate(step: Step, which: int | str) -> None:
    keys = [which] if isinstance(which, int) else keys_at(step.execution, which)
    if not keys:
        raise impossible(obstacle(str(which), NOT_RUNNING))
    for key in keys:
        terminate(step.execution, key)


def _end(step: Step) -> None:
    """Nothing is left: the instance ends, unless it leads a case."""
    if step.instance.case_state is not None:
        raise CaseEndsOtherwise
    step.execution.cancel()


def _told(wanted: Modification) -> dict[str, Any]:
    activated = [
        {
            "element": one.element, "ancestor": None if one.ancestor is None else str(one.ancestor),
            "variables": {scope: dict(values) for scope, values in one.variables.items()},
        }
        for one in wanted.activate
    ]  # fmt: skip
    return {"activate": activated, "terminate": [str(which) for which in wanted.terminate]}
