"""Public facts about a case, said when the diagram says so: stages, and the case's state.

An element with the property `stage` is a stage: it begins when the element is activated and ends with it.
An element with `caseState` names the state a case enters there. Of all processes of a case one at a time
speaks about its state; one that begins to speak when that one is over goes on from the state it left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.workflow.cases import speaker_of
from services.workflow.engine.journal import Move
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import ImpossibleState
from shared.contracts.case_states import may_follow
from shared.contracts.workflow import CaseStateChanged, StageEntered, StageLeft

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step


def entered(step: Step, move: Move) -> None:
    """An element was activated."""
    if not _speaks(move):
        return
    stage, state = move.node.setting("stage"), move.node.setting("caseState")
    case_id = step.instance.case_id
    if stage and case_id:
        step.work.emit(StageEntered(case_id=case_id, stage=stage))
    if state:
        _change_state(step, state)


def left(step: Step, move: Move) -> None:
    """An element was completed or cancelled."""
    stage, case_id = move.node.setting("stage"), step.instance.case_id
    if _speaks(move) and stage and case_id:
        step.work.emit(StageLeft(case_id=case_id, stage=stage))


def _change_state(step: Step, state: str) -> None:
    before = _present_state(step)
    if before == state:
        return
    if not may_follow(before, state):
        raise ImpossibleState(before=before, after=state)
    step.instance.case_state = state
    step.past("state_changed", before=before, after=state)
    if step.instance.case_id:
        step.work.emit(CaseStateChanged(case_id=step.instance.case_id, before=before, after=state))


def _present_state(step: Step) -> str | None:
    """The state the instance said last, else the one that the case's earlier process left."""
    instance = step.instance
    if instance.case_state is not None or instance.case_id is None:
        return instance.case_state
    earlier = speaker_of(step.session, instance.case_id)
    if earlier is None:
        return None
    if earlier.status == ACTIVE:
        raise ImpossibleState(speaker=str(earlier.key))
    return earlier.case_state


def _speaks(move: Move) -> bool:
    """A multi-instance activity speaks once, as its body."""
    return move.node.loop is None or move.body
