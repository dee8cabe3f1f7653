"""Uploaded files: who may open them, what the next service is told, and what is forgotten."""

import io
from datetime import timedelta

import pytest

from services.workflow.human.unused_uploads import drop_unused_upload, unused_uploads_wait
from services.workflow.models import Upload
from services.workflow.pages import submitting
from shared.contracts.access import DataAccessed
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.review import RecordFindings
from tests.rig import CASE, START, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, job, process, start, user
from tests.services.workflow.house import House
from tests.services.workflow.pages.conftest import Browser, registered
from tests.services.workflow.standing import announced, away

PDF = b"%PDF-1.4\n%small\n"
FORM = (
    b'{"type":"default","id":"f","components":[{"type":"filepicker","id":"c","key":"papers","label":"x",'
    b'"multiple":true},{"type":"textfield","id":"d","key":"word","label":"y"}]}'
)
OF_LOOK = '<zeebe:properties><zeebe:property name="submission" value="look"/></zeebe:properties>'
SENT_ON = file(
    process(
        start(),
        user("look", ext('assignmentDefinition candidateGroups="reviewer"', 'formDefinition formId="f"')),
        job("keep", type="review.record_findings").replace(
            "</extensionElements>", f"{OF_LOOK}</extensionElements>"
        ),
        end(),
        flows("s look keep e"),
    )
)


@pytest.fixture
def desk(house: House) -> House:
    """One task of a registered case, taken by ann."""
    house.deploy(SENT_ON, FORM)
    house.deliver(registered(), job_key=None)
    house.start()
    Browser(house, "reviewer", who="ann").claim(house.task("look").key)
    return house


def upload(desk, who="ann", name="意见.pdf", content=PDF, role="reviewer"):
    path = f"/workflow/api/tasks/{desk.task('look').key}/files"
    data = {"file": (io.BytesIO(content), name)} if content is not None else {}
    return desk.client(role, who=who).post(path, data=data)


def hand_in(desk, *ids):
    path = f"/v2/user-tasks/{desk.task('look').key}/completion"
    return desk.client("reviewer", who="ann").post(path, json={"variables": {"papers": list(ids)}})


def status(desk, identifier, *roles, **options):
    return desk.client(*roles, **options).get(f"/workflow/files/{identifier}", buffered=True).status_code


def test_a_program_hands_in_a_file_and_names_it_in_its_answers(desk):
    answer = upload(desk, name="docs/意见.pdf")
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["name"], made["media_type"], made["size"]) == ("意见.pdf", "application/pdf", len(PDF))
    assert hand_in(desk, made["id"]).status_code == 204
    [command] = desk.emitted(RecordFindings)
    [submission] = command.submissions
    assert submission.answers["papers"] == [made["id"]]
    assert submission.files == {
        made["id"]: {"sha256": made["sha256"], "name": "意见.pdf", "media_type": "application/pdf"}
    }


def test_an_invented_file_is_refused_at_its_field(desk):
    answer = hand_in(desk, "01890000-0000-7000-8000-00000000dead")
    assert (answer.status_code, answer.get_json()["fields"]) == (400, {"papers": ["文件无效，请重新上传"]})
    assert desk.submissions() == []


@pytest.mark.parametrize(
    ("who", "role", "content", "expected"),
    [
        ("ann", "reviewer", b"MZ disguised", 422),
        ("ann", "reviewer", b"", 422),
        ("ann", "reviewer", None, 422),
        ("ben", "reviewer", PDF, 403),
        ("ben", "approver", PDF, 404),
    ],
)
def test_what_is_no_file_or_not_ones_task_is_refused(desk, who, role, content, expected):
    answer = upload(desk, who=who, role=role, content=content)
    assert (answer.status_code, answer.content_type) == (expected, "application/problem+json")
    assert desk.rows(Upload) == []


def test_a_file_that_is_too_large_is_refused(desk, monkeypatch):
    monkeypatch.setattr(submitting, "MEGABYTE", 1)  # the limit is so many bytes now
    limit = int(desk.runtime.policy.get("intake.upload_max_mb"))
    assert upload(desk, content=PDF.ljust(limit, b"0")).status_code == 201
    assert upload(desk, content=PDF.ljust(limit + 1, b"0")).status_code == 413
    assert len(desk.rows(Upload)) == 1


def test_nothing_is_uploaded_to_a_task_that_is_over(desk):
    key = desk.task("look").key
    hand_in(desk)
    answer = desk.client("reviewer", who="ann").post(
        f"/workflow/api/tasks/{key}/files", data={"file": (io.BytesIO(PDF), "a.pdf")}
    )
    assert answer.status_code == 409


@pytest.mark.clause("S0-9.3.3")
def test_before_it_is_handed_in_only_its_bringer_opens_a_file(desk):
    identifier = upload(desk).get_json()["id"]
    answer = desk.client("reviewer", who="ann").get(f"/workflow/files/{identifier}", buffered=True)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert status(desk, identifier, "reviewer", who="ben") == 404
    assert status(desk, identifier, who="applicant") == 404
    assert desk.client().get(f"/workflow/files/{identifier}").status_code == 302
    (look,) = desk.emitted(DataAccessed)
    assert (look.what, str(look.record_id), look.case_id) == ("workflow.upload", identifier, CASE)


@pytest.mark.clause("S0-9.3.3")
def test_the_log_says_for_whom_a_substitute_opens_a_file(desk):
    ann, ben = announced(desk, "ann", "reviewer"), announced(desk, "ben", "reviewer")
    identifier = upload(desk).get_json()["id"]
    away(desk, ann, ben)
    assert status(desk, identifier, "reviewer", who="ben") == 200
    assert status(desk, identifier, "reviewer", who="ann") == 200
    looks = {look.person_id: look.behalf_of_id for look in desk.emitted(DataAccessed)}
    assert looks == {ben.id: ann.id, ann.id: None}


@pytest.mark.clause("S0-9.3.3")
def test_afterwards_who_may_see_the_case_opens_it(desk):
    identifier = upload(desk).get_json()["id"]
    hand_in(desk, identifier)
    desk.deliver(
        TurnTaken(
            case_id=CASE, assignment_id=person("x"), handler_id=person("h"), firm_id=person("f"),
            firm_path="/demo-city/firm-a/",
        ),
        job_key=None,
    )  # fmt: skip
    desk.deliver(CaseAccepted(case_id=CASE, handler_id=person("h")), job_key=None)
    assert status(desk, identifier, "approver", who="ben") == 200
    assert status(desk, identifier, "applicant", who="applicant") == 200
    assert status(desk, identifier, "handler", at="/demo-city/firm-a/", who="h") == 200
    assert status(desk, identifier, "firm_manager", at="/demo-city/firm-a/", who="boss") == 200
    assert status(desk, identifier, "firm_manager", at="/demo-city/firm-b/", who="boss") == 404
    assert status(desk, identifier, "reviewer", at="/other-city/") == 404
    assert status(desk, identifier, "handler", at="/demo-city/firm-a/", who="another") == 404
    assert status(desk, "01890000-0000-7000-8000-00000000dead", "approver") == 404


def drop(desk):
    with desk.runtime.reading() as session:
        waits = unused_uploads_wait(session, desk.clock.now())
    with desk.runtime.transaction() as work:
        assert drop_unused_upload(work) == waits
    return waits


def test_a_file_nobody_handed_in_is_forgotten_a_day_after_the_task(desk):
    kept, unused = upload(desk).get_json(), upload(desk, content=PDF + b"other").get_json()
    desk.clock.moment = START + timedelta(days=2)
    assert not drop(desk)
    hand_in(desk, kept["id"])
    assert drop(desk)
    assert not drop(desk)
    assert [str(row.id) for row in desk.rows(Upload)] == [kept["id"]]
    assert status(desk, unused["id"], "reviewer", who="ann") == 404
    assert desk.runtime.files.path(kept["sha256"]).exists()


@pytest.mark.parametrize(
    ("after", "gone"), [(timedelta(days=1), False), (timedelta(days=1, seconds=1), True)]
)
def test_a_day_is_waited(desk, after, gone):
    at = upload(desk).get_json() and desk.rows(Upload)[0].at
    hand_in(desk)
    desk.clock.moment = at + after
    assert drop(desk) is gone


def test_the_same_content_of_two_uploads_is_deleted_with_the_second(desk):
    first, second = upload(desk).get_json(), upload(desk).get_json()
    path = desk.runtime.files.path(first["sha256"])
    hand_in(desk)
    desk.clock.moment = START + timedelta(days=36500)
    assert drop(desk)
    assert path.exists()
    assert drop(desk)
    assert not path.exists()
    assert first["id"] != second["id"]
