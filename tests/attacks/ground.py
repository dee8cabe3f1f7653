"""The system as attackers find it: one case in hand, with texts that were smuggled in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded, once_made, prepared_folder

EVIL = """"><img src=x onerror=alert(1)><script>alert(1)</script>'{{7*7}}${7*7}"""
"""Breaks out of attributes and texts, and would be reckoned by templates."""
LINK = "[看](javascript:alert(1)) javascript:alert(1)"
EVIL_FILE = "<img src=x onerror=alert(1)>{{7*7}}.pdf"
_MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="t">
<process id="evil" name="NAME" isExecutable="true"><startEvent id="s"/><userTask id="a" name="NAME"/>
<endEvent id="e" name="NAME"/><sequenceFlow id="x" sourceRef="s" targetRef="a" name="NAME"/>
<sequenceFlow id="y" sourceRef="a" targetRef="e"/></process></definitions>"""
_DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="NAME"
namespace="n">
<decision id="evil_decision" name="NAME"><variable name="evil"/>
<literalExpression><text>1</text></literalExpression>
</decision></definitions>"""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def poisoned(form: dict[str, Any], *names: str) -> dict[str, Any]:
    """The answers of a form, smuggled into where somebody writes freely."""
    return {**form, **dict.fromkeys(names, f"{EVIL}{LINK}")}


def _post(drive: Drive, who: str, path: str, **form: Any) -> None:
    answer = drive._http.post(path, headers=drive.actor(who).headers, data=form)
    assert answer.status_code < 400, (path, answer.status_code, answer.text[-1500:])


def _around(drive: Drive) -> None:
    """People, organisations, programs and models with such names."""
    place = {"parent": "/demo-city/", "code": "evil", "kind": "centre", "name": EVIL[:100]}
    _post(drive, "administrator", "/identity/organisations", **place)
    person = {"login": "evil.one", "name": EVIL[:30], "phone": "13800000999", "role": "clerk"}
    _post(drive, "administrator", "/identity/people/new", organisation="/demo-city/centre/", **person)
    for name, model in (("evil.bpmn", _MODEL), ("evil.dmn", _DECISION)):
        content = model.replace("NAME", _escaped(EVIL)).encode()
        drive.actor("process_owner").post("/v2/deployments", files={"resources": (name, content)})
    drive.actor("process_owner").post(
        "/v2/process-instances", {"processDefinitionId": "evil", "variables": {"evil": EVIL}}
    )


def _case(drive: Drive) -> dict[str, str]:
    """A case that is in hand: applied for, granted, accepted, agreed; with its files."""
    drive.apply(**poisoned({}, "facts", "request", "address"), opponents=[{"name": EVIL[:50]}])
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    drive.work("reviewer", "propose_decision", poisoned(answers.GRANT, "reasons"))
    drive.work("approver", "approve_decision", poisoned(answers.APPROVE, "remark"))
    me = stories.assigned_member(drive)
    drive.work(me, "respond_to_assignment", answers.ACCEPT)
    brought: list[str] = []

    def agreement(key: str) -> dict[str, Any]:
        file = {"file": (EVIL_FILE, answers.PDF, "application/pdf")}
        path = f"/workflow/api/tasks/{key}/files"
        brought.append(drive.actor(me).post(path, files=file)["id"])
        return answers.agreement(drive.today, brought)

    drive.work(me, "sign_agreement", agreement)
    drive.work(me, "hold_first_meeting", poisoned(answers.meeting(drive.today), "facts", "advice"))
    task = drive.task("report_progress")
    material = drive.actor("applicant").get(f"/intake/api/applications/{drive.case_id}")["materials"][0]["id"]
    version = drive.actor("applicant").get("/intake/api/notice")["version"]
    consent = {"notice_version": version, "confirmed": True}
    draft = drive.actor("applicant").post("/intake/api/applications", consent)["id"]
    return {
        "draft": draft,
        "case": drive.case_id,
        "task": task,
        "handler": me,
        "file": brought[0],
        "material": material,
    }


def _looked_at(drive: Drive) -> None:
    """Somebody had to stay away from the case, and somebody looked at masked data; both say why."""
    archivist = str(drive.actor("archivist").id)
    why = {"reason": "other", "text": f"{EVIL}{LINK}"}
    _post(drive, "approver", f"/workflow/cases/{drive.case_id}/recusals", person=archivist, **why)
    for_this = {"purpose": "other", "note": f"{EVIL}{LINK}"}
    _post(drive, "approver", f"/intake/cases/{drive.case_id}/disclosure", **for_this)


def _make(folder: Path) -> None:
    house = Embedded(shutil.copytree(prepared_folder(), folder))
    drive = house.drive()
    _around(drive)
    found = _case(drive)
    _looked_at(drive)
    house.pause()
    house.close()
    (folder / "found.json").write_text(json.dumps(found))


class Ground(Embedded):
    """The system, and what is there to be attacked: `case`, its `handler`, an open `task`, a `file`, a
    `material`."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(once_made("attacked", _make), folder)
        super().__init__(folder)
        self.found: dict[str, str] = json.loads((folder / "found.json").read_text())
        self.persons = self.drive()

    def ask(self, login: str | None, method: str, path: str, **options: Any) -> Any:
        """The answer to a request of a demo person, or of the public."""
        self.http.cookies.clear()
        mine = self.persons.actor(login).headers if login else {}
        return self.http.request(method, path, headers={**mine, **options.pop("headers", {})}, **options)
