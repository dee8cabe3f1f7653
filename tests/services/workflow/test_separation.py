"""Who must stay away from a task: certain persons, and everybody of a certain firm."""

import json

import pytest

from services.workflow.human import tasks
from services.workflow.models import Task
from services.workflow.problems import DeploymentRefused, SeparateFromFirm, SeparateFromPerson
from shared.contracts.identity import PersonChanged
from tests.rig import CENTRE, person
from tests.services.workflow.engine.drawing import end, file, flows, marked, process, start
from tests.services.workflow.house import someone

FIRM = "/demo-city/firm-a/"
ASSESSOR = 'assignmentDefinition candidateGroups="assessor"'
APART = {"separateFromPersons": "=[handler_id, previous_id]", "separateFromFirm": "=firm_path"}
HANDLER, ANN = someone("handler", "assessor"), someone("ann", "assessor")


def of_firm(name, place=FIRM):
    """An assessor of the centre who also holds a role at this organisation."""
    both = someone(name, "assessor")
    held = (*both.roles, *someone(name, "handler", at=place).roles)
    return type(both)(id=both.id, name=name, roles=held, session_id=both.session_id, csrf="")


def drawn(**apart):
    task = marked("userTask", "assess", extra=(ASSESSOR,), **apart)
    return file(process(start(), task, end(), flows("s assess e")))


@pytest.fixture
def apart(house):
    house.deploy(drawn(**APART))
    house.start(handler_id=str(HANDLER.id), previous_id=None, firm_path=FIRM)
    return house


def refusals(house, who):
    """What claiming, being given and completing the task is refused with; None where it is not."""
    key = house.task("assess").key
    found: list[tuple[type, str] | None] = []
    for act in (
        lambda work: tasks.claim_task(work, key, who),
        lambda work: tasks.assign_task(work, key, str(who.id), "boss"),
        lambda work: tasks.complete_task(work, key, who, None, {}),
    ):
        try:
            with house.work() as work:
                act(work)
            found.append(None)
        except (SeparateFromPerson, SeparateFromFirm) as refused:
            found.append((type(refused), refused.details["rule"]))
    return found


def test_the_persons_named_must_not_do_it(apart):
    assert refusals(apart, HANDLER) == [(SeparateFromPerson, "separateFromPersons")] * 3
    assert apart.task("assess").assignee is None


def test_another_may(apart):
    assert refusals(apart, ANN) == [None, None, None]
    assert apart.instance().status == "COMPLETED"


@pytest.mark.parametrize("place", [FIRM, FIRM + "branch/"])
def test_nobody_of_the_firm_may(apart, place):
    partner = of_firm("partner", place)
    roles = [{"role": held.role, "organisation": held.organisation} for held in partner.roles]
    apart.twice(PersonChanged(person_id=partner.id, active=True, roles=roles, person={"name": "x"}))
    assert refusals(apart, partner) == [(SeparateFromFirm, "separateFromFirm")] * 3


@pytest.mark.parametrize("place", ["/demo-city/", "/demo-city/firm-ab/", "/demo-city/firm-b/"])
def test_who_is_above_the_firm_or_of_another_may(apart, place):
    assert refusals(apart, of_firm("other", place)) == [None, None, None]


def test_who_is_not_known_here_yet_is_found_out_on_completion(apart):
    given, _, completed = refusals(apart, of_firm("newcomer"))[0:3]
    assert given == (SeparateFromFirm, "separateFromFirm")
    assert completed == (SeparateFromFirm, "separateFromFirm")


def test_what_a_person_held_before_no_longer_counts(apart):
    roles = [{"role": "assessor", "organisation": FIRM}]
    for held in (roles, [{"role": "assessor", "organisation": CENTRE}]):
        apart.deliver(PersonChanged(person_id=ANN.id, active=True, roles=held, person={"name": "x"}))
    assert refusals(apart, ANN) == [None, None, None]


def test_what_was_in_force_as_the_task_opened_is_kept(apart):
    [task] = apart.rows(Task)
    assert (task.separate_from_persons, task.separate_from_firm) == ([str(HANDLER.id)], FIRM)


def test_without_a_firm_or_persons_everybody_may(house):
    house.deploy(drawn(**APART))
    house.start(handler_id=None, previous_id=None, firm_path=None)
    assert refusals(house, HANDLER) == [None, None, None]


@pytest.mark.parametrize("value", ["=handlers", "=[1]"])
def test_a_rule_that_cannot_be_reckoned_is_an_incident(house, value):
    house.deploy(drawn(separateFromPersons=value))
    house.start()
    assert house.open_tasks() == []
    assert [i.element_id for i in house.incidents()] == ["assess"]


def test_the_page_and_the_api_name_the_rule(apart):
    key = apart.task("assess").key
    client = apart.client("assessor", who="handler")
    page = client.post(f"/workflow/tasks/{key}/claim")
    assert page.status_code == 403
    assert "回避" in page.text
    body = json.dumps({"assignee": str(person("handler"))})
    answer = client.post(f"/v2/user-tasks/{key}/assignment", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["rule"]) == (403, "separateFromPersons")
    assert "回避" in answer.get_json()["detail"]
    assert apart.task("assess").assignee is None


def test_a_rule_that_is_not_feel_is_refused_at_deployment(house):
    with pytest.raises(DeploymentRefused):
        house.deploy(drawn(separateFromFirm="=firm path ("))
