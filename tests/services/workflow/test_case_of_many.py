"""One case, several processes: one speaks about its state, the others run beside it."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from services.workflow.cases import state_of_case
from services.workflow.models import Instance
from services.workflow.problems import ImpossibleState
from services.workflow.queries import case_history
from shared.contracts.workflow import CaseStateChanged
from shared.errors import Sealed
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, marked, process, start, user
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = 'assignmentDefinition candidateGroups="clerk"'


def speaking(identifier, *states):
    """A process that leads the case through these states, then has a task, then ends in the last."""
    *before, last = states
    drawn = [marked("task", f"t{n}", caseState=state) for n, state in enumerate(before)]
    names = " ".join(f"t{n}" for n in range(len(before)))
    drawn += [user(f"in_{identifier}", ext(CLERK)), marked("endEvent", "e", caseState=last), start()]
    return file(process(*drawn, flows(f"s {names} in_{identifier} e"), id=identifier))


BESIDE = file(process(start(), user("in_beside", ext(CLERK)), end(), flows("s in_beside e"), id="beside"))


@pytest.fixture
def case(house):
    """A case under review, another process of it beside."""
    house.deploy(speaking("first", "SUBMITTED", "REGISTERED", "UNDER_REVIEW", "REFUSED"))
    house.deploy(speaking("second", "GRANTED", "DISPATCHING"))
    house.deploy(BESIDE)
    house.start("first", applicant_id=str(person("applicant")))
    house.start("beside")
    return house


def state(house):
    with house.runtime.reading() as session:
        return state_of_case(session, CASE)


def test_a_process_beside_the_cases_own_says_nothing_of_its_state(case):
    assert state(case) == "UNDER_REVIEW"
    case.complete("in_beside", ANN)
    assert state(case) == "UNDER_REVIEW"
    case.complete("in_first", ANN)
    assert state(case) == "REFUSED"
    assert [i.case_state for i in case.rows(Instance)] == ["REFUSED", None]


def test_the_next_process_of_the_case_goes_on_from_the_state_it_had(case):
    case.complete("in_first", ANN)
    case.start("second")
    changed = case.emitted(CaseStateChanged)[-1]
    assert (changed.before, changed.after) == ("REFUSED", "GRANTED")
    case.complete("in_second", ANN)
    assert state(case) == "DISPATCHING"
    assert case.intact()


def test_two_never_speak_at_once(case):
    with pytest.raises(ImpossibleState):
        case.start("second")
    assert len(case.rows(Instance)) == 2
    assert state(case) == "UNDER_REVIEW"


def test_cases_do_not_share_their_states(case):
    with pytest.raises(ImpossibleState):
        case.start("second", case_id=person("another case"))
    with case.runtime.reading() as session:
        assert state_of_case(session, person("another case")) is None


def test_nothing_begins_in_an_archived_case_whatever_ran_beside_it(case):
    with case.work() as work:
        work.session.execute(
            sa.update(Instance).where(Instance.process_id == "first").values(case_state="ARCHIVED")
        )
    with pytest.raises(Sealed):
        case.start("beside")


def test_the_history_of_a_case_is_that_of_all_its_processes_in_order_of_time(case):
    case.clock.moment += timedelta(minutes=1)
    case.complete("in_beside", ANN)
    case.clock.moment += timedelta(minutes=1)
    case.complete("in_first", ANN)
    with case.runtime.reading() as session:
        entries = case_history(session, CASE)
    assert [e.at for e in entries] == sorted(e.at for e in entries)
    ended = [e.instance_key for e in entries if e.kind == "instance_ended"]
    assert ended == [i.key for i in reversed(case.rows(Instance))]


def test_each_process_is_told_by_its_name(case):
    case.complete("in_beside", ANN)
    case.complete("in_first", ANN)
    page: Any = html.fromstring(case.client("clerk").get(f"/workflow/cases/{CASE}/panel").text)
    told = [line.text_content().split("　")[1] for line in page.xpath("//ol/li")]
    named = [line for line in told if line.startswith("流程")]
    assert named == ["流程“beside”开始", "流程“beside”结束", "流程“first”结束"]


def test_an_unregistered_case_is_known_by_its_first_process(case):
    assert case.client("applicant", who="applicant").get(f"/workflow/cases/{CASE}/panel").status_code == 200
    assert case.client("clerk", at=CENTRE).get(f"/workflow/cases/{CASE}/panel").status_code == 200
