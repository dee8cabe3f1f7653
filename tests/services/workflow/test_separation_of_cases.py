"""Separation beyond one process: who worked on the case anywhere, whose case it is, four eyes by policy."""

import pytest

from services.workflow.human import tasks
from services.workflow.models import Task
from services.workflow.problems import OwnCase, SeparationOfDuties
from tests.rig import CASE, person
from tests.services.workflow.engine.drawing import end, file, flows, marked, process, start
from tests.services.workflow.house import someone
from tests.services.workflow.pages.conftest import registered
from tests.services.workflow.standing import acts, announced, away

WORKER = 'assignmentDefinition candidateGroups="reviewer"'
JUDGE = 'assignmentDefinition candidateGroups="approver"'
ANN, BEN = someone("ann", "reviewer", "approver"), someone("ben", "reviewer", "approver")
WORK = file(
    process(start(), marked("userTask", "work", extra=(WORKER,)), end(), flows("s work e"), id="work_p")
)


def judged(**apart):
    task = marked("userTask", "judge", extra=(JUDGE,), **apart)
    return file(process(start(), task, end(), flows("s judge e")))


def refused(house, who):
    """What taking, being given and doing the task is refused with."""
    key = house.task("judge").key
    return acts(
        house,
        lambda work: tasks.claim_task(work, key, who),
        lambda work: tasks.assign_task(work, key, str(who.id), "boss"),
        lambda work: tasks.complete_task(work, key, who, None, {}),
    )


@pytest.fixture
def worked(house):
    """Ann worked on the case in another process of it."""
    house.deploy(WORK)
    house.deploy(judged(separateFromCase="work"))
    house.start("work_p")
    house.complete("work", ANN)
    return house


def test_who_worked_on_the_case_in_another_process_does_not_judge_it(worked):
    worked.start()
    assert refused(worked, ANN) == ["SeparationOfDuties"] * 3
    assert refused(worked, BEN) == [""] * 3


def test_who_worked_on_another_case_does(worked):
    worked.start(case_id=person("another case"))
    assert refused(worked, ANN) == [""] * 3


def test_the_rule_is_named(worked):
    worked.start()
    with pytest.raises(SeparationOfDuties) as problem, worked.work() as work:
        tasks.claim_task(work, worked.task("judge").key, ANN)
    assert problem.value.details == {"rule": "separateFromCase", "element": "judge", "done": "work"}


def test_neither_who_worked_for_another_nor_that_one_judges(house):
    house.deploy(WORK)
    house.deploy(judged(separateFromCase="work"))
    house.start("work_p")
    ann, ben = (announced(house, name, "reviewer", "approver") for name in ("ann", "ben"))
    with house.work() as work:
        tasks.claim_task(work, house.task("work").key, ann)
    away(house, ann, ben)
    house.complete("work", ben)
    house.start()
    assert refused(house, ann) == refused(house, ben) == ["SeparationOfDuties"] * 3


@pytest.mark.parametrize(("holds", "result"), [("=true", ["SeparationOfDuties"] * 3), ("=false", [""] * 3)])
def test_four_eyes_are_a_matter_of_the_policy(house, holds, result):
    task = marked("userTask", "judge", extra=(JUDGE,), separateFrom="work", separateFromWhen=holds)
    first = marked("userTask", "work", extra=(WORKER,))
    house.deploy(file(process(start(), first, task, end(), flows("s work judge e"))))
    house.start()
    house.complete("work", ANN)
    assert refused(house, ANN) == result


def test_four_eyes_that_cannot_be_reckoned_are_an_incident(house):
    house.deploy(judged(separateFromWhen="=1"))
    house.start()
    assert house.open_tasks() == []
    assert [i.element_id for i in house.incidents()] == ["judge"]


@pytest.fixture
def own(house):
    """The case of somebody who also works here."""
    house.deliver(registered(), job_key=None)
    house.deploy(judged())
    return house


APPLICANT = someone("applicant", "approver")


def test_nobody_works_on_their_own_application(own):
    own.start()
    assert refused(own, APPLICANT) == ["OwnCase"] * 3
    with pytest.raises(OwnCase) as problem, own.work() as work:
        tasks.claim_task(work, own.task("judge").key, APPLICANT)
    assert problem.value.details == {"rule": "ownCase", "element": "judge"}
    assert refused(own, ANN) == [""] * 3


def test_nor_by_way_of_somebody_who_is_away(own):
    own.start()
    ann = announced(own, "ann", "approver")
    applicant = announced(own, "applicant", "approver")
    with own.work() as work:
        tasks.claim_task(work, own.task("judge").key, ann)
    away(own, ann, applicant)
    act = acts(own, lambda work: tasks.complete_task(work, own.task("judge").key, applicant, None, {}))
    assert act == ["OwnCase"]


@pytest.mark.parametrize(
    "offer",
    ['assignee="=somebody"', 'candidateUsers="=[somebody]"', 'candidateGroups="applicant"'],
)
def test_what_is_an_applicants_to_do_is_theirs(own, offer):
    task = marked("userTask", "theirs", extra=(f"assignmentDefinition {offer}",))
    own.deploy(file(process(start(), task, end(), flows("s theirs e"))))
    own.start(somebody=str(person("applicant")))
    own.complete("theirs", someone("applicant", "applicant"))
    assert own.rows(Task, element_id="theirs", case_id=CASE)[0].completed_by == str(person("applicant"))


OFFICE = file(
    process(
        start(), marked("userTask", "work", extra=(WORKER,)),
        marked("userTask", "judge", extra=(JUDGE,), separateFrom="work"), end(), flows("s work judge e"),
    )
)  # fmt: skip


@pytest.fixture
def office(house):
    house.deploy(OFFICE)
    house.start()
    return house


def test_neither_the_substitute_nor_who_is_away_may_be_the_one_kept_away(office):
    """Worked by Ben for Ann: neither of them judges, whoever gives it to them."""
    ann, ben, cat = (announced(office, name, "reviewer", "approver") for name in ("ann", "ben", "cat"))
    away(office, ann, ben)
    with office.work() as work:
        tasks.assign_task(work, office.task("work").key, str(ann.id), "boss")
    office.complete("work", ben)
    assert refused(office, ann) == refused(office, ben) == ["SeparationOfDuties"] * 3
    assert refused(office, cat) == [""] * 3


def test_a_substitute_is_no_way_round_separation(office):
    """Ben worked; what Ann has taken to judge he cannot do for her."""
    ann, ben = announced(office, "ann", "approver"), announced(office, "ben", "reviewer", "approver")
    office.complete("work", ben)
    key = office.task("judge").key
    with office.work() as work:
        tasks.claim_task(work, key, ann)
    away(office, ann, ben)
    assert acts(office, lambda work: tasks.complete_task(work, key, ben, None, {})) == ["SeparationOfDuties"]
    assert acts(office, lambda work: tasks.complete_task(work, key, ann, None, {})) == [""]
