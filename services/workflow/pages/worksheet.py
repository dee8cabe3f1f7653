"""What a task's page shows: the form with what is known already, and the work it follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.cases import materials_of, numbers_of
from services.workflow.human.forms import form_of, form_options
from services.workflow.human.people import name_of
from services.workflow.human.recusals import refuse_recused
from services.workflow.human.standing_in import Capacity, capacity_at
from services.workflow.human.uploads import files_named
from services.workflow.models import CaseMaterial, FormVersion, ModelVersion, StoredSubmission, Task
from services.workflow.models.tasks import CREATED
from services.workflow.queries import visible_variables
from shared.errors import NotFound
from shared.feel import Environment
from shared.forms import render_answers
from shared.forms.components import fields_of
from shared.service import Runtime
from shared.web import Person

Options = dict[str, Sequence[Mapping[str, Any]]]
MATERIALS = "materials"
RUBRIC = "rubric"


@dataclass(frozen=True)
class Earlier:
    """What was handed in before at a task that belongs to this one."""

    name: str
    at: datetime
    mine: bool
    answers: Markup


@dataclass
class Worksheet:
    """A task as its page shows it to one reader, who acts in this capacity, for `absent` if that is named.
    `names` are the lists of options as they are called, `options` the same for who chooses: a material says
    how often it was handed in.
    """

    task: Task
    capacity: Capacity
    absent: str
    form: dict[str, Any] | None
    number: str
    stage: str
    names: Options
    options: Options
    materials: list[CaseMaterial]
    values: dict[str, Any]
    environment: Environment
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    earlier: list[Earlier] = field(default_factory=list)

    @property
    def shows_materials(self) -> bool:
        """Whether the form is about the case's materials."""
        return self.form is not None and bool(_rows_naming(MATERIALS, self.form))

    @property
    def material_names(self) -> dict[str, str]:
        """What the kinds of material are called."""
        return {str(option["value"]): str(option["label"]) for option in self.names[MATERIALS]}

    def note_files(self, session: Session, values: Any) -> None:
        """Learn the names of the uploads that these values mention."""
        for identifier, file in files_named(session, self.task.instance_key, values).items():
            self.files[identifier] = {"name": file["name"], "href": f"/workflow/files/{identifier}"}


def worksheet_for(session: Session, key: int, person: Person, here: Runtime) -> Worksheet:
    """Everything about a task the reader may take or had; raises NotFound for one of others, and Recused."""
    task = session.get(Task, key) if key <= rules.LARGEST_KEY else None
    capacity = None if task is None else capacity_at(session, task, person, here.clock.now())
    if task is None or capacity is None:
        raise NotFound
    if task.status == CREATED:
        refuse_recused(session, task.case_id, str(person.id))
    newest = sa.select(ModelVersion.name).where(ModelVersion.key == task.definition_key)
    materials = list(materials_of(session, task.case_id))
    names: Options = dict(form_options(here.policy))
    sheet = Worksheet(
        task=task, capacity=capacity, absent=name_of(session, capacity.absent), form=form_of(session, task),
        number=_number(session, task.case_id),
        stage=session.scalar(newest) or task.process_id, names=names,
        options=_options(names, materials),
        materials=materials, values={},
        environment=Environment(now=here.clock.now, calendar=here.calendar, policy=here.policy),
    )  # fmt: skip
    _look_back(session, sheet, person)
    return sheet


def _options(names: Options, materials: Sequence[CaseMaterial]) -> Options:
    given = [material.kind for material in materials]
    counted = [
        {**option, "label": _counted(option["label"], given.count(option["value"]))}
        for option in names[MATERIALS]
    ]
    return {**names, MATERIALS: counted}


def _counted(label: str, count: int) -> str:
    return f"{label}（已上传 {count} 份）" if count else f"{label}（没有上传文件）"


def _number(session: Session, case_id: UUID | None) -> str:
    return numbers_of(session, {case_id}).get(case_id, "") if case_id else ""


def _look_back(session: Session, sheet: Worksheet, person: Person) -> None:
    """Earlier answers: those this task has to check, and what a checker has said since it was last done."""
    task, submissions = sheet.task, _newest_submissions(session, sheet.task.instance_key)
    before = submissions.get(task.element_id)
    checks = [submissions[element] for element in task.separate_from if element in submissions]
    verdicts = [
        submissions[element]
        for element in _checkers(session, task)
        if element in submissions and (before is None or submissions[element].at > before.at)
    ]
    for submission in (*verdicts, *checks):
        sheet.earlier.append(_earlier(session, sheet, submission, person))
    sheet.values = _known_values(session, sheet)
    again = bool(verdicts) or any(sheet.values.values())
    if before is not None and _is_by(before, sheet.capacity) and again:
        sheet.values = {**before.answers, **sheet.values}
    else:
        sheet.values |= _first_rows(sheet)
    sheet.note_files(session, sheet.values)


def _is_by(submission: StoredSubmission, capacity: Capacity) -> bool:
    """Whether it was handed in by whoever does the task now, or by or for whom they do it."""
    return capacity.whose in (str(submission.by), str(submission.on_behalf_of))


def _newest_submissions(session: Session, instance_key: int) -> dict[str, StoredSubmission]:
    of_instance = sa.select(StoredSubmission).where(StoredSubmission.instance_key == instance_key)
    rows = session.scalars(of_instance.order_by(StoredSubmission.at))
    return {row.element_id: row for row in rows}


def _checkers(session: Session, task: Task) -> list[str]:
    """Elements whose tasks check this one: they must be done by somebody else than did this one."""
    siblings = sa.select(Task).where(Task.instance_key == task.instance_key)
    return list(
        dict.fromkeys(t.element_id for t in session.scalars(siblings) if task.element_id in t.separate_from)
    )


def _earlier(session: Session, sheet: Worksheet, submission: StoredSubmission, person: Person) -> Earlier:
    done = session.get_one(Task, submission.task_key)
    form = session.get(FormVersion, done.form_key) if done.form_key is not None else None
    sheet.note_files(session, submission.answers)
    body = form.body if form is not None else {"components": []}
    answers = render_answers(
        body, submission.answers, sheet.names, files=sheet.files, environment=sheet.environment
    )
    return Earlier(done.name, submission.at, submission.by == person.id, answers)


def _known_values(session: Session, sheet: Worksheet) -> dict[str, Any]:
    """Variables for the fields that the form only shows, such as why the last try did not pass."""
    if sheet.form is None:
        return {}
    shown = {f.key for f in fields_of(sheet.form["components"]) if not f.accepted}
    variables = visible_variables(session, sheet.task)
    return {name: value for name, value in variables.items() if name in shown}


def _first_rows(sheet: Worksheet) -> dict[str, Any]:
    """One row per kind of material that was handed in, and per item of the rubric, where the form has
    such rows."""
    if sheet.form is None:
        return {}
    kinds = list(dict.fromkeys(material.kind for material in sheet.materials))
    wanted = {MATERIALS: kinds, RUBRIC: [option["value"] for option in sheet.names[RUBRIC]]}
    return {
        rows: [{key: value} for value in values]
        for name, values in wanted.items()
        for rows, key in _rows_naming(name, sheet.form)
        if values
    }


def _rows_naming(options: str, form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lists of the form whose rows choose from these options: the list's key and that of the field."""
    return [
        (rows.key, inner.key)
        for rows in fields_of(form["components"])
        if rows.component["type"] == "dynamiclist"
        for inner in fields_of(rows.component["components"])
        if inner.component.get("valuesKey") == options
    ]
