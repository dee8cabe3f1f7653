"""A case's history in plain Chinese. Names are unknown here: roles, and whether it was the reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.human.offering import is_for_staff
from services.workflow.models import CaseCopy, ElementInstance, History, Task
from services.workflow.pages.words import decision_in_words, roles_in_words, time_left
from services.workflow.queries import case_history, case_processes
from services.workflow.visibility import oversees_task
from shared.contracts.case_states import CASE_STATES
from shared.rights import role_name
from shared.web import Person


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Waiting:
    """One open task; `key` for who may take it, `to_assign` for who may give it to somebody."""

    key: int | None
    to_assign: int | None
    name: str
    who: str
    due: datetime | None
    left: str


class Teller:
    """Puts the entries of one case into words for one reader."""

    def __init__(self, session: Session, case: CaseCopy, person: Person) -> None:
        self._case = case
        self._me = str(person.id)
        self._tasks = {str(t.key): t for t in session.scalars(_of_case(Task, case))}
        self._processes = case_processes(session, case.case_id)
        named = sa.select(ElementInstance.key, ElementInstance.name, ElementInstance.element_id).where(
            ElementInstance.instance_key.in_(self._processes)
        )
        self._elements = {str(row.key): row.name or row.element_id for row in session.execute(named)}

    def tell(self, entry: History, words: Mapping[str, Callable[..., str]]) -> str:
        """The entry as a sentence, or nothing when the reader is not told of its kind."""
        teller = words.get(entry.kind)
        return teller(self, entry.body) if teller is not None else self._told_of_process(entry)

    def state(self, body: Mapping[str, Any]) -> str:
        return f"案件状态变为“{CASE_STATES.get(body['after'], body['after'])}”"

    def created(self, body: Mapping[str, Any]) -> str:
        return f"等待{self._offered(body)}办理“{self._name(body)}”"

    def claimed(self, body: Mapping[str, Any]) -> str:
        if body["assignee"] == body["by"] or "for" in body:
            return f"{self._actor(body)}认领“{self._name(body)}”"
        return f"“{self._name(body)}”分派给{self._who(body, body['assignee'])}"

    def put_back(self, body: Mapping[str, Any]) -> str:
        return f"“{self._name(body)}”放回，等待认领"

    def changed(self, body: Mapping[str, Any]) -> str:
        return f"“{self._name(body)}”的办理安排有调整"

    def completed(self, body: Mapping[str, Any]) -> str:
        return f"{self._actor(body)}完成“{self._name(body)}”"

    def recused(self, body: Mapping[str, Any]) -> str:
        who = self._person(body)
        return f"{who}回避本案" if body["by"] == body["person"] else f"负责人责令{who}回避本案"

    def lifted(self, body: Mapping[str, Any]) -> str:
        return f"负责人解除{self._person(body)}对本案的回避"

    def completed_for_applicant(self, body: Mapping[str, Any]) -> str:
        return f"{self._role(body, body['by'])}完成“{self._name(body)}”"

    def timer(self, body: Mapping[str, Any]) -> str:
        return f"时间到：{self._elements.get(body['key'], body['element'])}"

    def message(self, body: Mapping[str, Any]) -> str:
        return f"收到：{self._elements.get(body['key'], body['name'])}"

    def thrown(self, body: Mapping[str, Any]) -> str:
        return f"发出：{self._elements.get(body['key'], body['name'])}"

    def incident(self, body: Mapping[str, Any]) -> str:
        return "流程遇到问题，等待流程管理员处理"

    def resolved(self, body: Mapping[str, Any]) -> str:
        return "流程管理员已处理问题，流程继续"

    def paused(self, body: Mapping[str, Any]) -> str:
        return "办理期限暂停计算"

    def resumed(self, body: Mapping[str, Any]) -> str:
        return "办理期限继续计算，顺延暂停的时间"

    def reckoned(self, body: Mapping[str, Any]) -> str:
        return "工作日安排或者规定有变，办理期限重新计算，只作对申请人有利的调整"

    def decided(self, body: Mapping[str, Any]) -> str:
        return decision_in_words(body)

    def _told_of_process(self, entry: History) -> str:
        """The first process of a case begins with the case itself: that is not told."""
        name = self._processes[entry.instance_key]
        if entry.kind == "instance_ended":
            return f"流程“{name}”{'已取消' if entry.body['cancelled'] else '结束'}"
        first = next(iter(self._processes))
        return f"流程“{name}”开始" if entry.kind == "instance_started" and entry.instance_key != first else ""

    def _name(self, body: Mapping[str, Any]) -> str:
        task = self._tasks.get(body["task"])
        return task.name if task is not None else str(body.get("element", ""))

    def _offered(self, body: Mapping[str, Any]) -> str:
        task = self._tasks.get(body["task"])
        if task is None:
            return roles_in_words(())
        if task.candidate_groups or task.assignee is None:
            return roles_in_words(task.candidate_groups, task.candidate_users)
        return self._role(body, task.assignee)

    def _role(self, body: Mapping[str, Any], person: str) -> str:
        return role_of(self._tasks.get(body["task"]), self._case, person)

    def _actor(self, body: Mapping[str, Any]) -> str:
        """Who did it, and for whom if they stood in for somebody."""
        who = self._who(body, body["by"])
        if "for" not in body:
            return who
        absent = "您" if body["for"] == self._me else "外出的原办理人"
        return f"{who.removesuffix('）')}，代{absent}办理）"

    def _person(self, body: Mapping[str, Any]) -> str:
        role = role_name(body["role"]) or "工作人员"
        return f"{role}（{'本人' if body['person'] == self._me else '他人'}）"

    def _who(self, body: Mapping[str, Any], person: str) -> str:
        return f"{self._role(body, person)}（{'本人' if person == self._me else '他人'}）"


def _says(text: str) -> Callable[..., str]:
    return lambda teller, body: text


FOR_STAFF: dict[str, Callable[..., str]] = {
    "state_changed": Teller.state, "task_created": Teller.created, "task_claimed": Teller.claimed,
    "task_unassigned": Teller.put_back, "task_completed": Teller.completed, "timer_fired": Teller.timer,
    "message_correlated": Teller.message, "signal_caught": Teller.message, "signal_thrown": Teller.thrown,
    "incident_raised": Teller.incident,
    "task_changed": Teller.changed, "person_recused": Teller.recused, "recusal_lifted": Teller.lifted,
    "decision_made": Teller.decided, "incident_resolved": Teller.resolved,
    "deadlines_paused": Teller.paused, "deadlines_resumed": Teller.resumed,
    "deadlines_reckoned": Teller.reckoned,
    "instance_suspended": _says("流程管理员暂停了流程"), "instance_resumed": _says("流程管理员恢复了流程"),
    "instance_modified": _says("流程管理员调整了流程的位置"),
    "instance_migrated": _says("流程改按另一个版本办理"), "migration_undone": _says("流程改回原来的版本办理"),
}  # fmt: skip
FOR_APPLICANT: dict[str, Callable[..., str]] = {
    "state_changed": Teller.state, "task_completed": Teller.completed_for_applicant,
}  # fmt: skip


def story_of(session: Session, case: CaseCopy, person: Person) -> list[Happening]:
    """The case's history, oldest first; the applicant reads its outline."""
    teller = Teller(session, case, person)
    words = FOR_APPLICANT if person.id == case.applicant_id else FOR_STAFF
    told = [(entry.at, teller.tell(entry, words)) for entry in case_history(session, case.case_id)]
    return [Happening(at, text) for at, text in told if text]


def open_lines(
    tasks: Sequence[Task], mine: Collection[int], case: CaseCopy, person: Person, now: datetime
) -> list[Waiting]:
    """The open tasks of a case; the reader may do those with the keys `mine`."""
    return [
        Waiting(
            key=task.key if task.key in mine else None, name=task.name,
            to_assign=task.key if is_for_staff(task) and oversees_task(person, task) else None,
            who=_holder(task, case, str(person.id)), due=task.due,
            left=time_left(task.due, now, task.paused_at),
        )
        for task in tasks
    ]  # fmt: skip


def role_of(task: Task | None, case: CaseCopy, person: str) -> str:
    """In which role a person acts at a task, as far as it is known here."""
    if person == str(case.handler_id):
        return "承办人员"
    if person == str(case.applicant_id):
        return "申请人"
    return roles_in_words(task.candidate_groups if task is not None else ())


def _holder(task: Task, case: CaseCopy, me: str) -> str:
    if task.assignee is None:
        return f"{roles_in_words(task.candidate_groups, task.candidate_users)}（待认领）"
    return f"{role_of(task, case, task.assignee)}（{'本人' if task.assignee == me else '他人'}）"


def _of_case(table: type[Task], case: CaseCopy) -> sa.Select[tuple[Task]]:
    return sa.select(table).where(table.case_id == case.case_id)
