"""DMN files on their way in: read, checked together with what they import, ready to be kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.decisions.library import latest_decision
from services.workflow.deploying.deployment_checks import Fault
from services.workflow.models import DecisionRequirements
from shared.dmn import DmnError, Model, Problem, compile_model, read_model
from shared.dmn.analysis import Finding, analyse
from shared.feel import Environment

_REMEDY = (
    "在建模器里找到这一处,按提示改正后重新部署",
    "find the place in the modeller, correct it as told and deploy again",
)
_LONGEST = 255
_IMPORTS = {
    "import-missing": (
        "这个文件没有部署",
        "it is not deployed",
        "一起部署被引入的文件",
        "deploy the imported file with it",
    ),
    "import-circular": (
        "绕回来引入了自己",
        "the file imports itself",
        "删除其中一处引入",
        "remove one of the imports",
    ),
    "import-ambiguous": (
        "有几个文件用这个命名空间",
        "several files have it",
        "给每个文件不同的命名空间",
        "give each file its own",
    ),
}


@dataclass(frozen=True)
class DecisionFile:
    """A DMN file of a deployment."""

    resource: str
    xml: bytes
    model: Model

    @property
    def id(self) -> str:
        """The id of its decision requirements; there is one, or the file is refused."""
        return self.model.id or ""

    @property
    def digest(self) -> str:
        """The hash of its content."""
        return hashlib.sha256(self.xml).hexdigest()


def read_file(resource: str, xml: bytes) -> tuple[DecisionFile | None, list[Fault]]:
    """A DMN file, or why it is none."""
    try:
        model = read_model(xml)
    except DmnError as error:
        return None, [_fault(resource, problem) for problem in error.problems]
    return DecisionFile(resource, xml, model), [*_nameless(resource, model), *_too_long(resource, model)]


def check_files(
    session: Session, files: Sequence[DecisionFile], given: Environment
) -> tuple[list[Fault], list[Fault]]:
    """What is wrong with files that can be read, and what their authors should look at.

    Wrong are ids used twice, imports that lead nowhere, bad FEEL, rows that contradict one another. `given`
    has the policy by which cells are judged.
    """
    faults, warnings = list(_twice(files)), []
    for file in files:
        imports, missing = imports_of(session, file, files)
        found = analyse(file.model, given)
        errors = [_found(file, one) for one in found if one.severity == "error"]
        faults += [*errors, *missing]
        if not missing:
            told = {fault.element for fault in errors}
            faults += [fault for fault in _uncompilable(file, imports) if fault.element not in told]
        warnings += [_found(file, one) for one in found if one.severity == "warning"]
        warnings += _moved(session, file)
    return faults, warnings


Imports = Mapping[str, "DecisionFile | DecisionRequirements"]


def imports_of(
    session: Session, file: DecisionFile, files: Sequence[DecisionFile]
) -> tuple[Imports, list[Fault]]:
    """Namespace -> file for everything that a file imports, directly or not, and imports without a file.

    A file of the same deployment comes before deployed ones.
    """
    found: dict[str, DecisionFile | DecisionRequirements] = {}
    faults = []
    todo: list[tuple[str | None, str]] = [(i.id, i.namespace) for i in file.model.imports]
    while todo:
        element, namespace = todo.pop()
        if namespace in found:
            continue
        candidates: Sequence[DecisionFile | DecisionRequirements] = [
            f for f in files if f.model.namespace == namespace
        ] or _deployed(session, namespace)
        if len(candidates) != 1 or candidates[0] is file:
            faults.append(_import_fault(file, element, namespace, candidates))
            continue
        found[namespace] = candidates[0]
        todo += [(element, i.namespace) for i in _model(candidates[0]).imports]
    return found, faults


def _deployed(session: Session, namespace: str) -> list[DecisionRequirements]:
    """The newest version of each deployed file with this namespace."""
    files = sa.select(DecisionRequirements).where(DecisionRequirements.namespace == namespace)
    newest: dict[str, DecisionRequirements] = {}
    for row in session.scalars(files.order_by(DecisionRequirements.version)):
        newest[row.requirements_id] = row
    return list(newest.values())


def _model(file: DecisionFile | DecisionRequirements) -> Model:
    return file.model if isinstance(file, DecisionFile) else read_model(file.xml)


def _uncompilable(file: DecisionFile, imports: Imports) -> list[Fault]:
    models = {namespace: _model(found) for namespace, found in imports.items()}
    return [_fault(file.resource, problem) for problem in compile_model(file.model, models).problems]


def _nameless(resource: str, model: Model) -> Iterator[Fault]:
    if not model.id:
        yield Fault(
            resource, "", "requirements-id-missing", "决策文件没有编号(definitions 的 id)",
            "the definitions have no id", "在建模器里填写决策图的编号", "enter the id of the diagram",
        )  # fmt: skip
    for decision in model.decisions:
        if not decision.id:
            yield Fault(
                resource, "", "decision-id-missing", f"决策“{decision.name}”没有编号",
                f"the decision {decision.name} has no id",
                "在建模器里填写决策的编号", "enter the id of the decision",
            )  # fmt: skip


def _too_long(resource: str, model: Model) -> Iterator[Fault]:
    of_decisions = (text for decision in model.decisions for text in (decision.id, decision.name))
    for text in (model.id, model.name, model.namespace, *of_decisions):
        if text and len(text) > _LONGEST:
            yield Fault(
                resource, text[:_LONGEST], "too-long", f"编号或名称超过 {_LONGEST} 个字符",
                f"an id or name is longer than {_LONGEST} characters",
                "改用短一些的编号和名称", "use shorter ids and names",
            )  # fmt: skip


def _twice(files: Sequence[DecisionFile]) -> Iterator[Fault]:
    requirements = Counter(file.id for file in files)
    decisions = Counter(decision.id for file in files for decision in file.model.decisions)
    for file in files:
        own = [file.id] if requirements[file.id] > 1 else []
        for used in own + [d.id or "" for d in file.model.decisions if decisions[d.id] > 1]:
            yield Fault(
                file.resource, used, "id-used-twice", f"编号 {used} 在这次部署里重复",
                f"the id {used} is used twice in this deployment",
                "给每个决策文件和决策不同的编号", "give each file and decision an id of its own",
            )  # fmt: skip


def _import_fault(file: DecisionFile, element: str | None, namespace: str, found: Sequence[object]) -> Fault:
    rule = "import-ambiguous" if len(found) > 1 else "import-circular" if found else "import-missing"
    reason, english, *remedies = _IMPORTS[rule]
    place = (file.resource, element or file.id)
    return Fault(*place, rule, f"引入 {namespace}：{reason}", f"import of {namespace}: {english}", *remedies)


def _moved(session: Session, file: DecisionFile) -> Iterator[Fault]:
    """Decisions that another file has had so far: from now on this one counts."""
    for decision in file.model.decisions:
        before = latest_decision(session, decision.id or "")
        if before is not None and before.requirements_id != file.id:
            yield Fault(
                file.resource, before.decision_id, "decision-moved",
                f"决策 {before.decision_id} 原来在 {before.requirements_id} 里，从现在起以这个文件为准",
                f"the decision {before.decision_id} was in {before.requirements_id} until now",
                "如果不是有意替换，请换一个编号", "if that is not meant, use another id",
            )  # fmt: skip


def _found(file: DecisionFile, finding: Finding) -> Fault:
    example = "，".join(f"{name} = {text}" for name, text in (finding.example or {}).items())
    reason = f"{finding.message_zh}（例如 {example}）" if example else finding.message_zh
    return Fault(file.resource, finding.element_id or "", "dmn", reason, finding.message, *_REMEDY)


def _fault(resource: str, problem: Problem) -> Fault:
    reason = f"{problem.path}:{problem.message_zh}" if problem.path else problem.message_zh
    return Fault(resource, problem.element_id or "", "dmn", reason, problem.message, *_REMEDY)
