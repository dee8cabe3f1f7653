"""Jobs of this house: commands, their answers, failures and retries."""

from datetime import UTC, datetime
from uuid import uuid5

import pytest
import sqlalchemy as sa

from services.workflow.changing.variables import set_variables
from services.workflow.models import Instance
from services.workflow.waiting import incidents, jobs
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.review import DeadlineNoted, DecisionRecorded, NoteDeadline, RecordDecision
from shared.messaging.contract import JobFailed
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    io,
    marked,
    node,
    process,
    start,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "reviewer")


DUE = "2026-10-01T00:00:00Z"


def with_io(type_, *mappings, extra=()):
    """A service task with its type and mappings in one extension element."""
    both = ext(f'taskDefinition type="{type_}" retries="2"', *extra) + io(*mappings)
    return node("serviceTask", "j", both.replace("</extensionElements><extensionElements>", ""))


NOTE = file(
    process(
        start(),
        with_io("review.note_deadline", "in mark = &quot;warn_50&quot;", "in due = due", "out told = answer"),
        user("z"),
        end(),
        flows("s j z e"),
    )
)


@pytest.fixture
def noted(house):
    house.deploy(NOTE)
    house.start(due=DUE)
    return house


def test_a_job_is_a_command_made_of_its_inputs(noted):
    [command] = noted.commands()
    assert command == NoteDeadline(case_id=CASE, mark="warn_50", due=datetime(2026, 10, 1, tzinfo=UTC))
    assert noted.envelopes()[-1].job_key == str(noted.job("j").key)


def test_the_answer_completes_it_and_gives_what_is_mapped(noted):
    noted.answer("j", DeadlineNoted(case_id=CASE))
    assert noted.open_tasks() == ["z"]
    assert noted.variables() == {"due": DUE, "told": "deadline_noted"}
    assert noted.job("j").status == "COMPLETED"


def test_only_the_first_answer_counts(noted):
    for _ in range(2):
        noted.answer("j", DeadlineNoted(case_id=CASE))
    assert noted.open_tasks() == ["z"]
    assert noted.past("job_completed") == ["j"]


def test_news_without_a_job_and_foreign_answers_change_nothing(noted):
    decided = DecisionRecorded(case_id=CASE, outcome="granted", decision_id=uuid5(CASE, "d"))
    assert noted.deliver(DeadlineNoted(case_id=CASE), job_key=None).ended == "ack"
    assert noted.deliver(DeadlineNoted(case_id=CASE), job_key="12345").ended == "ack"
    noted.answer("j", decided)
    assert noted.open_tasks() == []
    assert noted.job("j").status == "SENT"


def test_the_newest_submissions_travel_in_the_command(house):
    marks = 'properties><zeebe:property name="submission" value="a,b"/></zeebe:properties'
    task = with_io("review.record_decision", "in received_at = due", extra=(marks,))
    task = task.replace("properties/>", "properties>")
    house.deploy(
        file(
            process(
                start(),
                user("a", ext('assignmentDefinition candidateGroups="reviewer"')),
                user("b", ext('assignmentDefinition candidateGroups="reviewer"')),
                node("exclusiveGateway", "x", default="x-j"),
                task,
                end(),
                flows("s a b x", "x a ?rounds < 2", "x j e"),
            )
        )
    )
    house.start(due=DUE, rounds=1)
    house.complete("a", ANN, text="old")
    house.complete("b", ANN, text="b1")
    with house.work() as work:
        set_variables(work, house.instance().key, {"rounds": 2}, "boss")
    house.complete("a", ANN, text="new")
    house.complete("b", ANN, text="b2")
    [command] = [c for c in house.commands() if isinstance(c, RecordDecision)]
    assert [(s.element, s.by, s.answers) for s in command.submissions] == [
        ("a", ANN.id, {"text": "new"}),
        ("b", ANN.id, {"text": "b2"}),
    ]


@pytest.mark.parametrize("given", [{}, {"due": "soon"}, {"due": 5}], ids=["none", "text", "number"])
def test_an_input_that_breaks_the_contract_is_an_incident_to_mend(house, given):
    house.deploy(NOTE)
    key = house.start(**given)
    [incident] = house.incidents()
    assert (incident.kind, incident.element_id) == ("IO_MAPPING_ERROR", "j")
    assert "due" in incident.reason
    assert house.commands() == []
    with house.work() as work:
        set_variables(work, key, {"due": DUE}, "boss")
    with house.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert house.commands()[0].due == datetime(2026, 10, 1, tzinfo=UTC)


def test_a_retry_of_what_is_still_broken_is_a_new_incident(house):
    house.deploy(NOTE)
    house.start()
    [before] = house.incidents()
    with house.work() as work:
        incidents.retry_incident(work, before.key, "boss")
    [after] = house.incidents()
    assert (after.kind, after.job_key) == ("IO_MAPPING_ERROR", before.job_key)
    assert after.key != before.key


def test_a_field_the_command_does_not_have_is_an_incident(house):
    house.deploy(NOTE.replace(b'target="mark"', b'target="marks"'))
    house.start(due=DUE)
    assert "marks" in house.incidents()[0].reason


def test_a_failure_is_tried_again_then_shown_then_retried(noted):
    gave_up = JobFailed(case_id=CASE, reason="review.note_deadline: it ended its worker")
    noted.answer("j", gave_up)
    assert (noted.job("j").status, noted.job("j").retries) == ("BACKING_OFF", 1)
    assert noted.incidents() == []
    noted.hurry_jobs()
    assert noted.job("j").status == "SENT"
    noted.answer("j", gave_up)
    [incident] = noted.incidents()
    assert (incident.kind, incident.reason) == ("JOB_NO_RETRIES", gave_up.reason)
    with noted.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert (noted.job("j").status, noted.job("j").retries) == ("SENT", 2)
    noted.answer("j", DeadlineNoted(case_id=CASE))
    assert noted.open_tasks() == ["z"]
    ids = {e.id for e in noted.envelopes() if e.name == NoteDeadline.NAME}
    assert len(ids) == 1, "a command sent again keeps its id, so that its service does the work once"


def test_a_late_answer_ends_the_incident(noted):
    for _ in range(2):
        noted.answer("j", JobFailed(case_id=CASE, reason="broken"))
        noted.hurry_jobs()
    assert noted.incidents()
    noted.answer("j", DeadlineNoted(case_id=CASE))
    assert noted.incidents() == []
    assert noted.open_tasks() == ["z"]


def test_silence_counts_as_an_attempt(noted):
    noted.hurry_jobs()
    assert (noted.job("j").status, noted.job("j").retries) == ("SENT", 1)
    noted.hurry_jobs()
    assert noted.incidents()[0].kind == "JOB_NO_RETRIES"


def test_personal_fields_of_an_answer_stay_out_of_the_variables():
    answer = ApplicationRegistered(
        case_id=CASE,
        number="1",
        agency="/",
        applicant_id=ANN.id,
        matter="m",
        category="c",
        case_kind="k",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        materials=[],
        applicant={"name": "王小明"},
        opponents={"names": []},
        facts={"text": "x"},
    )
    fields = jobs.public_fields(answer)
    assert "王小明" not in str(fields)
    assert fields.keys() == {
        "number",
        "agency",
        "applicant_id",
        "matter",
        "category",
        "case_kind",
        "received_at",
        "materials",
        "authority",
        "earlier_case_id",
    }


def test_an_answer_that_the_case_cannot_follow_is_an_incident_to_come_back_to(house):
    onwards = marked("task", "t", caseState="GRANTED")
    inputs = ("in mark = &quot;warn_50&quot;", "in due = due")
    drawn = process(
        start(), with_io("review.note_deadline", *inputs), onwards, user("z"), end(), flows("s j t z e")
    )
    house.deploy(file(drawn))
    key = house.start(due=DUE)
    house.answer("j", DeadlineNoted(case_id=CASE))
    [incident] = house.incidents()
    assert (incident.kind, incident.element_id, house.job("j").status) == ("CASE_STATE_ERROR", "j", "FAILED")
    assert "给予援助" in incident.reason
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == key).values(case_state="UNDER_REVIEW"))
    with house.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert len(house.commands()) == 1, "the same command is sent again"
    house.answer("j", DeadlineNoted(case_id=CASE))
    assert (house.open_tasks(), house.incidents(), house.instance().case_state) == (["z"], [], "GRANTED")
    assert house.intact()
