"""A small process of two people who check each other, and a registered case."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from lxml import html

from shared.contracts.intake import ApplicationRegistered
from tests.rig import CASE, CENTRE, START, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start, user
from tests.services.workflow.house import House

NUMBER = "示范援〔2026〕民字第0001号"
IDENTITY_FILE = UUID("01890000-0000-7000-8000-0000000000a1")
PROPOSE_FORM: dict[str, Any] = {
    "type": "default", "id": "propose", "components": [
        {"type": "textfield", "id": "c0", "key": "why_back", "label": "系统检查意见", "readonly": True},
        {"type": "textfield", "id": "c1", "key": "opinion", "label": "意见", "validate": {"required": True}},
        {"type": "filepicker", "id": "c2", "key": "papers", "label": "附件", "multiple": True},
        {"type": "dynamiclist", "id": "c3", "path": "items", "label": "逐项审查", "components": [
            {"type": "select", "id": "c4", "key": "material", "label": "材料", "valuesKey": "materials"},
            {"type": "filepicker", "id": "c5", "key": "proof", "label": "依据"},
        ]},
    ],
}  # fmt: skip
APPROVE_FORM: dict[str, Any] = {
    "type": "default", "id": "approve", "components": [
        {"type": "radio", "id": "c1", "key": "approved", "label": "是否批准", "validate": {"required": True},
         "values": [{"value": "yes", "label": "批准"}, {"value": "no", "label": "不批准"}]},
        {"type": "textarea", "id": "c2", "key": "remark", "label": "退回原因"},
    ],
}  # fmt: skip
SEPARATE = '<zeebe:properties><zeebe:property name="separateFrom" value="propose"/></zeebe:properties>'
OUT = '<zeebe:ioMapping><zeebe:output source="=approved" target="approved"/></zeebe:ioMapping>'


def staff_task(id: str, name: str, role: str, *more: str) -> str:
    """A user task with a form of the same name."""
    inner = ext(
        f'assignmentDefinition candidateGroups="{role}"', f'formDefinition formId="{id}"',
        'taskSchedule dueDate="=date and time(&quot;2026-09-26T05:30:00Z&quot;)"',
    ).replace("</extensionElements>", f"{''.join(more)}</extensionElements>")  # fmt: skip
    return user(id, inner).replace("<userTask", f'<userTask name="{name}"', 1)


CHECKED = file(
    process(
        start(),
        staff_task("propose", "提出意见", "reviewer"),
        staff_task("approve", "审批决定", "approver", SEPARATE, OUT),
        node("exclusiveGateway", "ok", default="ok-last"),
        user("last", ext('assignmentDefinition candidateGroups="archivist"')),
        end(),
        flows("s propose approve ok", 'ok propose ?approved = "no"', "ok last e"),
    ).replace('<process id="p"', '<process id="p" name="审查"')
)


def registered() -> ApplicationRegistered:
    """The case as intake announces it."""
    material = {"id": str(IDENTITY_FILE), "kind": "IDENTITY", "name": "身份证.jpg", "sha256": "0" * 64}
    return ApplicationRegistered(
        case_id=CASE, number=NUMBER, agency=CENTRE, applicant_id=person("applicant"), matter="MAINTENANCE",
        category="LIVES_ON_PENSION", case_kind="litigation", received_at=START, materials=[material],
        applicant={"name": "甲"}, opponents={"names": []}, facts={"text": ""},
    )  # fmt: skip


@pytest.fixture
def desk(house: House) -> House:
    """One case that waits for the first opinion."""
    forms = [json.dumps(form).encode() for form in (PROPOSE_FORM, APPROVE_FORM)]
    house.deploy(CHECKED, *forms)
    house.deliver(registered(), job_key=None)
    house.start()
    return house


class Browser:
    """A person at the pages, who reads what stands there and fills in what is there to fill in."""

    def __init__(self, house: House, *roles: str, at: str = CENTRE, who: str = "ann") -> None:
        self._house = house
        self._client = house.client(*roles, at=at, who=who)
        self.status = 0
        self.text = ""

    def get(self, path: str) -> Any:
        """Open a page; its parsed HTML."""
        return self._read(self._client.get(path))

    def post(self, path: str, follow: bool = True, **fields: Any) -> Any:
        """Send a form; the page that comes. A little time passes: keys follow the clock."""
        self._house.clock.moment += timedelta(milliseconds=1)
        return self._read(self._client.post(path, data=fields, follow_redirects=follow))

    def claim(self, key: int) -> Any:
        """Take a task."""
        return self.post(f"/workflow/tasks/{key}/claim")

    def hand_in(self, key: int, **fields: Any) -> Any:
        """Fill in the form of a task as the page has it, with these changes, and send it."""
        page = self.get(f"/workflow/tasks/{key}")
        [form] = [f for f in page.forms if f.get("action") == f"/workflow/tasks/{key}"]
        return self.post(f"/workflow/tasks/{key}", **{**dict(form.form_values()), **fields})

    def _read(self, answer: Any) -> Any:
        self.status, self.text = answer.status_code, answer.text
        self.headers = answer.headers
        return html.fromstring(answer.text) if answer.text else None


@pytest.fixture
def browse(desk: House) -> Any:
    """Makes a browser of a person with these roles."""
    return lambda *roles, **options: Browser(desk, *roles, **options)


def words(element: Any) -> str:
    """The text of an element, blanks closed up."""
    return " ".join(element.text_content().split())
