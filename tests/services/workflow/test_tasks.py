"""Human tasks: taken, given, put back, completed; what becomes of the answers."""

import pytest
import sqlalchemy as sa

from services.workflow import queries
from services.workflow.human import tasks
from services.workflow.instances import cancel_instance
from services.workflow.models import Candidate, StoredVariable, Task
from services.workflow.problems import NotYourTask, OutcomeUnusable, SeparationOfDuties, TaskOver, TaskTaken
from shared.contracts.workflow import TaskClaimed, TaskCompleted
from shared.errors import Invalid, NotFound, Stale
from tests.services.workflow.engine.drawing import end, ext, file, flows, io, process, start, user
from tests.services.workflow.house import House, form, someone

ANN = someone("ann", "reviewer")


BEN = someone("ben", "reviewer", "approver")


TWO = file(
    process(
        start(),
        user("propose", ext('assignmentDefinition candidateGroups="reviewer"', 'formDefinition formId="f"')),
        user(
            "approve",
            ext(
                'assignmentDefinition candidateGroups="approver"',
                'properties><zeebe:property name="separateFrom" value="propose"/></zeebe:properties',
            ).replace("properties/>", "properties>"),
        ),
        end(),
        flows("s propose approve e"),
    )
)


@pytest.fixture
def two(house: House) -> House:
    house.deploy(TWO, form("f", name="required", remark=""))
    house.start()
    return house


def claim(house, element, who, revision=None):
    key = house.task(element).key
    with house.work() as work:
        tasks.claim_task(work, key, who, revision)


def test_a_taken_task_is_in_one_inbox_only(two):
    claim(two, "propose", ANN)
    with two.runtime.reading() as session:
        assert [t.assignee for t in queries.inbox(session, ANN)] == [str(ANN.id)]
        assert queries.inbox(session, BEN) == []
    with pytest.raises(TaskTaken):
        claim(two, "propose", BEN)
    with pytest.raises(NotYourTask):
        two.complete("propose", BEN, name="x")
    claim(two, "propose", ANN)
    assert [e.assignee for e in two.emitted(TaskClaimed)] == [str(ANN.id)]


def test_a_task_put_back_is_offered_again(two):
    claim(two, "propose", ANN)
    with two.work() as work:
        tasks.unassign_task(work, two.task("propose").key, by=str(ANN.id))
    claim(two, "propose", BEN)
    assert two.task("propose").assignee == str(BEN.id)


def test_a_stale_page_changes_nothing(two):
    claim(two, "propose", ANN, revision=1)
    with pytest.raises(Stale), two.work() as work:
        tasks.complete_task(work, two.task("propose").key, ANN, 1, {"name": "x"})
    assert two.open_tasks() == ["propose"]


def test_answers_are_kept_sealed_and_are_no_variables(two):
    two.complete("propose", ANN, name="王小明", remark="")
    [kept] = two.submissions()
    assert (kept.element_id, kept.by, kept.answers["name"]) == ("propose", ANN.id, "王小明")
    with two.runtime.reading() as session:
        raw = session.scalar(sa.text("SELECT answers FROM submission"))
    assert "王小明" not in raw
    assert two.variables() == {}
    assert "王小明" not in str([e.body for e in two.rows(queries.History)])
    assert [e.assignee for e in two.emitted(TaskCompleted)] == [str(ANN.id)]


@pytest.mark.parametrize("answers", [{}, {"name": ""}, {"name": "x", "other": "y"}])
def test_wrong_answers_are_said_at_the_field_and_change_nothing(two, answers):
    with pytest.raises(Invalid) as refused:
        two.complete("propose", ANN, **answers)
    assert set(refused.value.fields) == ({"other"} if "other" in answers else {"name"})
    assert two.open_tasks() == ["propose"]
    assert two.submissions() == []
    assert two.intact()


def test_a_task_is_completed_once(two):
    key = two.task("propose").key
    two.complete("propose", ANN, name="x")
    for act in (
        lambda work: tasks.complete_task(work, key, ANN, None, {"name": "x"}),
        lambda work: tasks.claim_task(work, key, ANN),
        lambda work: tasks.assign_task(work, key, str(BEN.id), "boss"),
        lambda work: tasks.unassign_task(work, key, "boss"),
    ):
        with pytest.raises(TaskOver), two.work() as work:
            act(work)
    with pytest.raises(NotFound), two.work() as work:
        tasks.claim_task(work, key, someone("stranger"))
    assert two.rows(Candidate, task_key=key) == []


def test_whoever_proposed_may_not_approve(two):
    two.complete("propose", BEN, name="x")
    key = two.task("approve").key
    for act in (
        lambda work: tasks.claim_task(work, key, BEN),
        lambda work: tasks.assign_task(work, key, str(BEN.id), "boss"),
        lambda work: tasks.complete_task(work, key, BEN, None, {}),
    ):
        with pytest.raises(SeparationOfDuties) as refused, two.work() as work:
            act(work)
        assert refused.value.details == {"rule": "separateFrom", "element": "approve", "done": "propose"}
    two.complete("approve", someone("cai", "approver"))
    assert two.instance().status == "COMPLETED"


def test_whoever_was_only_assigned_may_approve(two):
    claim(two, "propose", BEN)
    with two.work() as work:
        tasks.assign_task(work, two.task("propose").key, str(ANN.id), "boss")
    two.complete("propose", ANN, name="x")
    two.complete("approve", BEN)
    assert two.instance().status == "COMPLETED"


def test_only_named_answers_become_variables(house):
    house.deploy(
        file(
            process(
                start(),
                user("a", io("out ok = decision = &quot;yes&quot;")),
                user("z"),
                end(),
                flows("s a z e"),
            )
        )
    )
    house.start()
    someone_ = someone("ann")
    with house.work() as work:
        tasks.assign_task(work, house.task("a").key, str(someone_.id), "boss")
    house.complete("a", someone_, decision="yes", name="王小明")
    assert house.variables() == {"ok": True}


def test_answers_the_model_cannot_use_are_not_kept(house):
    house.deploy(
        file(
            process(
                start(),
                user("a", ext('assignmentDefinition candidateGroups="reviewer"'), io("out n = [1..2]")),
                end(),
                flows("s a e"),
            )
        )
    )
    house.start()
    with pytest.raises(OutcomeUnusable):
        house.complete("a", ANN, name="王小明")
    assert house.open_tasks() == ["a"]
    assert house.incidents() == []
    assert {v.name for v in house.rows(StoredVariable)} == {"agency", "case_id"}


def test_cancelling_the_instance_closes_its_tasks(two):
    with two.work() as work:
        cancel_instance(work, two.instance().key, "boss")
    assert [t.status for t in two.rows(Task)] == ["CANCELED"]
    assert two.rows(Candidate) == []
    assert two.instance().status == "TERMINATED"
