"""Public facts about a case, said when the diagram says so: stages, and the case's state.

An element with the property `stage` is a stage: it begins when the element is activated and ends with it.
An element with `caseState` names the state a case enters there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.workflow.engine.journal import Move
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
    before = step.instance.case_state
    if before == state:
        return
    if not may_follow(before, state):
        raise ImpossibleState(before=before, after=state)
    step.instance.case_state = state
    step.past("state_changed", before=before, after=state)
    if step.instance.case_id:
        step.work.emit(CaseStateChanged(case_id=step.instance.case_id, before=before, after=state))


def _speaks(move: Move) -> bool:
    """A multi-instance activity speaks once, as its body."""
    return move.node.loop is None or move.body
