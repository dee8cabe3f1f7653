"""What persons may not do, and what comes too late: refused with a reason, and nothing is changed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from demo import answers, stories
from demo.drive import Drive
from demo.people_of import Actor, Refused
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import refused_with
from tests.journeys.reached import case_at

SEPARATED = {"type": "about:blank", "status": 403, "rule": "separateFrom", "element": "approve_decision"}


def completion(drive: Drive, element: str) -> str:
    """Where the newest task of that element is completed."""
    return f"/v2/user-tasks/{drive.task(element)}/completion"


def also_an_approver(house: Embedded) -> Actor:
    """The reviewer, who is made an approver too."""
    administrator, reviewer = Actor(house.http, "administrator"), Actor(house.http, "reviewer")
    role = {"role": "approver", "organisation": "/demo-city/centre/"}
    administrator.post(f"/identity/people/{reviewer.id}/roles", data=role)
    house.pause()  # every service hears of it
    return Actor(house.http, "reviewer")


def test_who_reviewed_cannot_approve(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    double = also_an_approver(embedded)
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    drive.work("reviewer", "propose_decision", answers.GRANT)
    key = drive.task("approve_decision")
    for path, body in (
        (f"/v2/user-tasks/{key}/assignment", {"assignee": double.id}),
        (f"/v2/user-tasks/{key}/completion", {"variables": answers.APPROVE}),
    ):
        problem = refused_with(double.post, path, body)
        assert SEPARATED.items() <= problem.items()
        assert "不相容岗位" in problem["detail"]
        assert double.id not in str(problem)
    drive.work("approver", "approve_decision", answers.APPROVE)
    drive.until_state("ASSIGNED")


def test_the_tasks_of_others_do_not_exist(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    key = drive.task("examine_materials")
    missing = refused_with(drive.actor("reviewer").get, "/v2/user-tasks/1")
    for login in ("applicant", "applicant2", "approver", "handler", "firm_manager"):
        stranger = drive.actor(login)
        for act, path, body in (
            (stranger.get, "", None),
            (stranger.get, "/form", None),
            (stranger.post, "/assignment", {"assignee": stranger.id}),
            (stranger.post, "/completion", {"variables": answers.EXAMINED}),
        ):
            arguments = (f"/v2/user-tasks/{key}{path}", body) if body else (f"/v2/user-tasks/{key}{path}",)
            problem = refused_with(act, *arguments)
            assert (problem["status"], problem["detail"]) == (404, missing["detail"])
    drive.work("reviewer", "examine_materials", answers.EXAMINED)


def test_the_case_of_another_applicant_does_not_exist(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    other = drive.actor("applicant2")
    for path in (f"/intake/api/applications/{drive.case_id}", f"/intake/cases/{drive.case_id}/panel",
                 f"/review/cases/{drive.case_id}/panel", f"/notify/cases/{drive.case_id}/panel",
                 f"/workflow/cases/{drive.case_id}/panel"):  # fmt: skip
        answer = embedded.http.get(path, headers=other.headers)
        assert answer.status_code == 404, path


def test_a_task_is_completed_once(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    again = completion(drive, "examine_materials")
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    problem = refused_with(drive.actor("reviewer").post, again, {"variables": answers.DEFECTIVE})
    assert problem["status"] == 409
    drive.work("reviewer", "propose_decision", answers.GRANT)
    drive.task("approve_decision")
    assert len(drive.named("workflow.task_completed")) == 2


def test_of_two_completions_at_once_one_counts(system: System) -> None:
    drive = case_at(system, "applied")
    me, path = drive.actor("reviewer"), completion(drive, "examine_materials")
    me.post(path.replace("completion", "assignment"), {"assignee": me.id})
    start = threading.Barrier(2)

    def complete(_: int) -> int:
        start.wait()
        return system.http.post(path, json={"variables": answers.EXAMINED}, headers=me.headers).status_code

    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(complete, range(2)))
    assert sorted(ended) == [204, 409]
    drive.task("propose_decision")
    assert len(drive.named("workflow.task_completed")) == 1
    assert len(drive.named("workflow.task_created")) == 2


def test_a_form_that_is_stale_keeps_what_was_typed(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    me = drive.actor(stories.assigned_member(drive))
    page = f"/workflow/tasks/{drive.task('respond_to_assignment')}"
    for _ in range(2):  # put back and taken again meanwhile
        embedded.http.post(f"{page}/claim", headers=me.headers)
        embedded.http.post(f"{page}/unclaim", headers=me.headers)
    embedded.http.post(f"{page}/claim", headers=me.headers)
    typed = {"revision": "2", "response": "cannot", "reason": "已经写好的一段理由。"}
    answer = embedded.http.post(page, data=typed, headers=me.headers)
    assert answer.status_code == 409
    assert typed["reason"] in answer.text
    drive.work(me.login, "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ" + b"\0" * 100, 422), (b"", 422), (b"%PDF-1.4" + b"0" * (21 * 1024 * 1024), 413)],
    ids=["disguised", "empty", "oversized"],
)
def test_a_wrong_file_is_refused_and_not_kept(embedded: Embedded, content: bytes, status: int) -> None:
    drive = embedded.drive()
    me = drive.actor("applicant")
    version = me.get("/intake/api/notice")["version"]
    draft = me.post("/intake/api/applications", {"notice_version": version, "confirmed": True})
    path = f"/intake/api/applications/{draft['id']}/materials"
    with pytest.raises(Refused) as refusal:
        me.post(path, data={"kind": "IDENTITY"}, files={"file": ("身份证.pdf", content, "application/pdf")})
    assert refusal.value.status == status
    assert me.get(path)["there"] == []
    kept = embedded.folder / "files" / "intake"
    assert not kept.exists() or list(kept.iterdir()) == []


def test_an_application_with_a_wrong_id_number_is_told_so_at_the_field(embedded: Embedded) -> None:
    drive = embedded.drive()
    with pytest.raises(Refused) as refusal:
        drive.apply(id_number="110101199003078031")
    problem = refusal.value.answer.json()
    assert problem["status"] == 422
    assert set(problem["fields"]) == {"id_number"}


def test_nothing_begins_without_consent(embedded: Embedded) -> None:
    me = embedded.drive().actor("applicant")
    version = me.get("/intake/api/notice")["version"]
    body = {"notice_version": version, "confirmed": False}
    assert refused_with(me.post, "/intake/api/applications", body)["status"] == 422
    assert me.get("/intake/api/applications") == []


def test_the_public_creates_no_process(embedded: Embedded) -> None:
    body = {"processDefinitionId": "legal_aid_case", "variables": {}}
    assert embedded.http.post("/v2/process-instances", json=body).status_code == 401
    me = embedded.drive().actor("applicant")
    assert refused_with(me.post, "/v2/process-instances", body)["status"] == 403


def test_a_granted_case_can_no_longer_be_decided(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    done = [e["data"]["task"] for e in drive.named("workflow.task_completed")]
    for key, login in zip(done, ("reviewer", "reviewer", "approver"), strict=True):
        path = f"/v2/user-tasks/{key}/completion"
        assert refused_with(drive.actor(login).post, path, {"variables": {}})["status"] == 409
