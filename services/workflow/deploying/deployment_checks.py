"""What must hold between a model and everything it names, before it is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.deploying.caseflow import faults as case_state_faults
from services.workflow.engine import Definition, ModelError, ModelNote, Node, expressions, parse
from services.workflow.expressions import syntax_fault
from services.workflow.models import DecisionDefinition, FormVersion, ModelVersion
from shared.forms import check_form
from shared.messaging.contract import Command, message_class, message_classes

_FORM_REMEDY = ("在表单编辑器里按提示改正", "correct it in the form editor")


@dataclass(frozen=True)
class Fault:
    """Why a file is not deployed: the file, the element, the broken rule, and what to do."""

    resource: str
    element: str
    rule: str
    reason_zh: str
    reason_en: str
    remedy: str = ""
    remedy_en: str = ""

    @classmethod
    def of_model(cls, resource: str, error: ModelError) -> Fault:
        """A fault the parser found."""
        reasons = (error.reason_zh, error.reason_en, error.remedy, error.remedy_en)
        return cls(resource, error.element_id, error.rule, *reasons)

    @classmethod
    def of_note(cls, resource: str, note: ModelNote) -> Fault:
        """What the parser understood or left out; nothing need be done about it."""
        return cls(resource, note.element_id, note.rule, note.zh, note.en)

    def as_dict(self) -> dict[str, str]:
        """For an answer."""
        return asdict(self)


def model_faults(resource: str, definition: Definition) -> list[Fault]:
    """Expressions that are not FEEL, and task types of this house that do not exist."""
    found = []
    for element, text in expressions(definition):
        fault = syntax_fault(text)
        if fault is not None:
            english = f"not FEEL: {text}"
            found.append(
                Fault(
                    resource,
                    element,
                    "feel-syntax",
                    f"表达式有误:{fault}",
                    english,
                    "改正表达式",
                    "correct the expression",
                )
            )
    found += [_unknown_type(resource, node) for node in definition.nodes.values() if _is_unknown(node)]
    return found


def form_faults(resource: str, body: Any) -> list[Fault]:
    """What is wrong with a form file."""
    return [
        Fault(resource, p.component, "form", p.reason_zh, p.reason_en, *_FORM_REMEDY)
        for p in check_form(body)
    ]


def check_models(
    session: Session, definitions: Sequence[Definition], form_ids: Set[str], decision_ids: Set[str]
) -> list[Fault]:
    """Names that lead nowhere, and case states in an impossible order, with what is deployed already."""
    known_forms = set(form_ids) | set(session.scalars(sa.select(FormVersion.form_id).distinct()))
    known = set(session.scalars(sa.select(ModelVersion.process_id).distinct()))
    known |= {definition.process_id for definition in definitions}
    decisions = set(decision_ids) | set(session.scalars(sa.select(DecisionDefinition.decision_id).distinct()))
    found = [fault for d in definitions for fault in _dangling(d, known_forms, known)]
    found += [fault for d in definitions for fault in _undecidable(d, decisions)]
    return found or _impossible_states(session, definitions)


def _dangling(definition: Definition, forms: set[str], processes: set[str]) -> Iterator[Fault]:
    for node in definition.nodes.values():
        form = node.work.form_id if node.work else None
        if form is not None and not form.startswith("=") and form not in forms:
            english = f"the form {form} is not deployed"
            yield Fault(
                definition.process_id,
                node.id,
                "form-missing",
                f"表单 {form} 没有部署",
                english,
                "一起部署表单",
                "deploy the form with it",
            )
        if node.call is not None and node.call.process_id not in processes:
            process = node.call.process_id
            english = f"the process {process} is not deployed"
            yield Fault(
                definition.process_id,
                node.id,
                "process-missing",
                f"流程 {process} 没有部署",
                english,
                "一起部署",
                "deploy that process with it",
            )


def _undecidable(definition: Definition, known: Set[str]) -> Iterator[Fault]:
    for element, decision in definition.called_decisions():
        if decision not in known:
            yield Fault(
                definition.process_id, element, "decision-unknown", f"决策 {decision} 没有部署",
                f"the decision {decision} is not deployed",
                "一起部署决策文件", "deploy the decision file with it",
            )  # fmt: skip


def _impossible_states(session: Session, definitions: Sequence[Definition]) -> list[Fault]:
    if not any(node.setting("caseState") for d in definitions for node in d.nodes.values()):
        return []
    together = {d.process_id: d for d in (*_deployed(session), *definitions)}
    own = {d.process_id for d in definitions}
    return [
        Fault(
            process, element, "case-state", f"案件状态 {state} 在这里不可能进入",
            f"the case state {state} cannot be entered here",
            "对照案件状态表改正 caseState", "choose a caseState that may follow",
        )
        for (process, element), state in case_state_faults(together).items()
        if process in own
    ]  # fmt: skip


def _deployed(session: Session) -> Iterator[Definition]:
    newest = sa.select(ModelVersion.process_id, sa.func.max(ModelVersion.version).label("version"))
    of = newest.group_by(ModelVersion.process_id).subquery()
    same = (ModelVersion.process_id == of.c.process_id) & (ModelVersion.version == of.c.version)
    for process_id, xml in session.execute(
        sa.select(ModelVersion.process_id, ModelVersion.xml).join(of, same)
    ):
        yield next(d for d in parse(xml, accepted=True) if d.process_id == process_id)


def _is_unknown(node: Node) -> bool:
    """A type in the name space of one of our services must be a command; others are outsiders' work."""
    if node.job is None or node.job.type.startswith("="):
        return False
    ours = {cls.NAME.partition(".")[0] for cls in message_classes(Command)}
    cls = message_class(node.job.type)
    return node.job.type.partition(".")[0] in ours and not (cls is not None and issubclass(cls, Command))


def _unknown_type(resource: str, node: Node) -> Fault:
    kind = node.job.type if node.job else ""
    return Fault(
        resource, node.id, "task-type-unknown", f"没有叫 {kind} 的命令", f"no command is called {kind}",
        "改正任务类型", "correct the task type",
    )  # fmt: skip
