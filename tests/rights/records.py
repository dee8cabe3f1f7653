"""The record behind each address of the matrix, and what it says of people and places."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.routes import Route
from services.workflow.v2.variable_keys import variable_key
from tests.rights.rows import id_of
from tests.rights.world import CENTRE, COURT, MADE, STRANGER, World

_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_MISSING = {"uuid": id_of("missing"), "int": 999, "": "missing", "string": "missing"}
_WORDS = {"change": "suspension", "kind": "IDENTITY", "key": "facts", "process": "legal_aid_case"}
"""Parameters that name no record."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Where it belongs and whose it is: all that the table of rights asks. `values` for the parameters of
    its address; `applicant`: whose case it is in, theirs in the role of an
    applicant alone; `offered`: roles at its organisation that may take it."""

    values: dict[str, Any]
    organisation: str | None = None
    firm: str | None = None
    authority: str | None = None
    own: tuple[UUID, ...] = ()
    applicant: UUID | None = None
    assigned: tuple[UUID, ...] = ()
    offered: frozenset[str] = frozenset()


def parameters(route: Route) -> dict[str, str]:
    """The parameters of an address that name a record, each with its kind."""
    found = {name: kind for kind, name in _PARAMETER.findall(route.path)}
    return {n: k for n, k in found.items() if n not in _WORDS or (n == "key" and k == "int")}


def address(route: Route, values: Mapping[str, Any]) -> str:
    """The address with the values in it."""
    return _PARAMETER.sub(lambda m: str(values.get(m[2], _WORDS.get(m[2]))), route.path)


def missing(route: Route) -> dict[str, Any]:
    """The values for something that is not there."""
    return {name: _MISSING[kind] for name, kind in parameters(route).items()}


def record_of(world: World, route: Route) -> Record | None:
    """What the address is about; None where it names nothing of the world."""
    for beginning, make in _RECORDS.items():
        if re.match(beginning, route.path):
            return make(world)
    return None


def _case(world: World) -> Record:
    return Record(
        values={
            "case_id": world.case, "notice_id": id_of("notice"), "termination_id": id_of("termination"),
            "item_id": id_of("item"), "material_id": id_of("added file"),
        },
        organisation=CENTRE, firm=world.firm, authority=COURT, own=(world.applicant,),
        assigned=(world.handler,),
    )  # fmt: skip


def _of_case(**values: Any) -> Callable[[World], Record]:
    return lambda world: replace(_case(world), values=values)


def _draft(world: World) -> Record:
    values = {"case_id": id_of("draft"), "material_id": id_of("draft file")}
    return Record(values=values, own=(world.applicant,))


def _material(world: World) -> Record:
    return replace(_case(world), values={"material_id": world.row("intake", "material", kind="MATTER").id})


def _person(world: World) -> Record:
    firm = "/demo-city/firm-a/"
    member = world.row("identity", "person", organisation=firm)
    return Record(values={"person_id": member.id}, organisation=firm)


def _busy_person(world: World) -> Record:
    clerk = world.row("identity", "person", organisation=CENTRE)
    return Record(values={"person_id": clerk.id}, organisation=CENTRE)


def _entered(world: World) -> Record:
    return replace(_case(world), values={"case_id": id_of("entered")})


def _place(world: World) -> Record:
    place = world.row("identity", "organisation", path=CENTRE)
    return Record(values={"place_id": place.id}, organisation=CENTRE)


def _client(world: World) -> Record:
    client = world.row("identity", "api_client")
    return Record(values={"client_uuid": client.id}, organisation=client.organisation)


def _member(world: World) -> Record:
    return Record(values={"member_id": world.handler}, organisation=world.firm)


def _letter(world: World) -> Record:
    letter = world.row("notify", "letter", recipient_id=world.applicant)
    return Record(values={"letter_id": letter.id}, own=(world.applicant,))


def _delivery(world: World) -> Record:
    call = world.row("notify", "delivery", channel="phone", recipient_id=world.applicant)
    return replace(_case(world), values={"delivery_id": call.id})


def _absence(world: World) -> Record:
    clerk = world.row("identity", "person", organisation=CENTRE)
    values = {"person_id": clerk.id, "absence_id": id_of("absence")}
    return Record(values=values, organisation=CENTRE, own=(clerk.id,))


def _upload(world: World) -> Record:
    file = world.row("workflow", "upload")
    task = world.row("workflow", "task", key=file.task_key)
    values, brought = {"file_id": file.id}, (UUID(task.assignee),)
    return replace(_case(world), values=values, own=brought, applicant=world.applicant)


def _task(world: World) -> Record:
    task = world.row("workflow", "task", status="CREATED", assignee=None)
    groups = frozenset(task.candidate_groups)
    return Record(values={"key": task.key}, organisation=task.org_path, offered=groups)


def _taken_task(world: World) -> Record:
    task = world.row("workflow", "task", key=MADE)
    return Record(values={"key": MADE}, organisation=task.org_path, assigned=(UUID(task.assignee),))


def _recusable(world: World) -> Record:
    return replace(_task(world), values={"case_id": world.case})


def _of_process(table: str, **wanted: Any) -> Callable[[World], Record]:
    def find(world: World) -> Record:
        return Record(values={"key": world.row("workflow", table, **wanted).key}, organisation=CENTRE)

    return find


def _variable(world: World) -> Record:
    known = world.row("workflow", "variable")
    return Record(values={"key": variable_key(known.scope_key, known.name)}, organisation=CENTRE)


def _undone(world: World) -> Record:
    values = {"key": MADE + 1, "instance": world.row("workflow", "instance").key}
    return Record(values=values, organisation=CENTRE)


def _evaluated(world: World) -> Record:
    found = world.row("workflow", "decision_instance")
    return Record(values={"identifier": found.id}, organisation=CENTRE)


def _model(table: str, **wanted: Any) -> Callable[[World], Record]:
    return lambda world: Record(values={"key": world.row("workflow", table, **wanted).key})


_CASE_MODEL = _model("model_version", process_id="legal_aid_case")
_FORM = _model("form_version")
_CHANGE = {"change_id": id_of("change"), "file_id": id_of("change file")}
_RECORDS: dict[str, Callable[[World], Record]] = {
    r"/dispatch/(api/)?changes/": _of_case(**_CHANGE),
    r"/handling/suspensions/": _of_case(suspension_id=id_of("stay")),
    r"/intake/(api/)?applications/.*/(check|steps|answers|submission)": _draft,
    r"/intake/applications/.*/materials/|/intake/api/applications/.*/materials/": _draft,
    r"/intake/files/": _material,
    r"/intake/api/notices/<": _entered,
    r"/identity/people/<": _person,
    r"/workflow/people/": _busy_person,
    r"/identity/organisations/<": _place,
    r"/identity/clients/<": _client,
    r"/evaluation/improvements/<": lambda _: Record(
        values={"identifier": id_of("improvement")}, organisation=CENTRE
    ),
    r"/notify/(api/)?messages/<": _letter,
    r"/notify/(api/)?deliveries/<": _delivery,
    r"/roster/members/<": _member,
    r"/workflow/absences/": _absence,
    r"/workflow/files/": _upload,
    r"/workflow/cases/<uuid:case_id>/recusal$": _recusable,
    r"/workflow/recusals/": _of_case(recusal_id=id_of("recusal")),
    r"/workflow/api/tasks/<": _taken_task,
    r"/workflow/tasks/<|/v2/user-tasks/<int": _task,
    r"/workflow/incidents/<|/v2/incidents/<": _of_process("incident"),
    r"/workflow/batches/.*/undo": _undone,
    r"/workflow/batches/<|/v2/batch-operations/<": lambda _: Record(values={"key": MADE}, own=(STRANGER,)),
    r"/workflow/api/process-instances/<|/v2/process-instances/<int": _of_process("instance"),
    r"/v2/element-instances/<int": _of_process("element_instance", element_id="assess_quality"),
    r"/v2/variables/<": _variable,
    r"/v2/jobs/<": _of_process("job"),
    r"/v2/decision-instances/<": _evaluated,
    r"/v2/resources/.*/content$": _FORM,
    r"/v2/process-definitions/<int|/v2/resources/<int|/workflow/models/<int": _CASE_MODEL,
    r"/v2/forms/<": _FORM,
    r"/v2/decision-definitions/<|/workflow/decisions/<": _model("decision_definition"),
    r"/v2/decision-requirements/<": _model("decision_requirements"),
    r".*<uuid:case_id>": _case,
}
"""By the beginning of the address; the first that fits."""
