"""The process waits for a person: a row in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.workflow import rules
from services.workflow.engine.journal import TaskOpened
from services.workflow.models import Candidate, FormVersion, ModelVersion, Task
from services.workflow.models.tasks import CREATED, GROUP, USER
from services.workflow.paging import NEVER
from shared.bundle import Newest
from shared.contracts.workflow import TaskCreated
from shared.database import table_of

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

_CANDIDATES, _TASKS = table_of(Candidate), table_of(Task)
_NEWEST_FORM = Newest(table_of(FormVersion), "form_id")


def open_task(step: Step, move: TaskOpened) -> None:
    """The process waits for a person."""
    node, case_id = move.node, step.instance.case_id
    task = _row(step, move)
    step.bundle.add(_TASKS, task, form_key=_NEWEST_FORM)
    offer(step, task)
    step.past("task_created", task=str(task["key"]), element=node.id)
    if case_id:
        groups = task["candidate_groups"]
        told = {"task": str(task["key"]), "element": node.id, "candidate_groups": groups, "due": move.due}
        step.work.emit(TaskCreated(case_id=case_id, **told))


def _row(step: Step, move: TaskOpened) -> dict[str, Any]:
    node, instance = move.node, step.instance
    definition_key, version = _definition_of(step, node.process)
    return {
        "key": step.new_key(), "element_key": move.key, "instance_key": instance.key,
        "case_id": instance.case_id, "process_id": node.process, "definition_key": definition_key,
        "version": version, "element_id": node.id, "name": node.name[:255], "form_id": move.form_id,
        "form_key": move.form_id, "org_path": move.organisation or instance.org_path,
        "assignee": move.assignee, "candidate_users": list(move.candidate_users),
        "candidate_groups": rules.groups_of(
            move.candidate_groups, move.candidate_users, move.assignee, node.lane
        ),
        "due": move.due, "follow_up": move.follow_up,
        "separate_from": rules.names_in(node.setting("separateFrom")),
        "separate_from_case": rules.names_in(node.setting("separateFromCase")),
        "four_eyes": move.four_eyes, "lane_role": rules.LANE_ROLES.get(node.lane or "", node.lane),
        "separate_from_persons": list(move.separate_persons), "separate_from_firm": move.separate_firm,
        "priority": move.priority, "status": CREATED, "suspended": False, "revision": 1,
        "created_at": step.now, "calendar_version": step.work.calendar.version,
        "policy_version": step.work.policy.version,
    }  # fmt: skip


OFFERED = ("key", "org_path", "due", "candidate_groups", "candidate_users")


def offer(step: Step, task: Mapping[str, Any]) -> None:
    """Whoever may take the task finds it; of its row the columns `OFFERED` count."""
    of_task = {"task_key": task["key"], "org_path": task["org_path"], "due": task["due"] or NEVER}
    for kind, names in ((GROUP, task["candidate_groups"]), (USER, task["candidate_users"])):
        for name in dict.fromkeys(names):
            step.bundle.add(_CANDIDATES, {**of_task, "kind": kind, "name": name})


def _definition_of(step: Step, process_id: str) -> tuple[int, int]:
    """Key and version of the process the task is drawn in: the instance's own, or one it calls."""
    instance = step.instance
    key = step.model_key(process_id)
    if process_id == instance.process_id:
        return key, instance.version
    return key, step.session.get_one(ModelVersion, key).version
