"""Who comes too late is told so, also when what they act on was put away."""

import pytest

from services.workflow.models import ElementInstance, History, Incident
from shared.contracts.review import DeadlineNoted
from tests.rig import CASE
from tests.services.workflow.finished.past import DAY, deployed, lived, put_away, tidy

TO_SOMEBODY = {"assignee": "01890000-0000-7000-8000-0000000000cc"}


def acts(house):
    """Method, path, body: each for who may do it."""
    task, job = house.rows_before["a"], house.rows_before["j"]
    element = house.rows(ElementInstance)[0].key
    incident = house.rows(Incident)[0].key
    over = f"/v2/user-tasks/{task}"
    report = {"errorMessage": "x", "retries": 1}
    return {
        "complete": ("post", f"{over}/completion", {"variables": {"opinion": "x"}}, "clerk"),
        "give": ("post", f"{over}/assignment", TO_SOMEBODY, "process_owner"),
        "take from": ("delete", f"{over}/assignee", None, "process_owner"),
        "change": ("patch", over, {"changeset": {"priority": 3}}, "process_owner"),
        "report": ("post", f"/v2/jobs/{job}/completion", {}, "process_owner"),
        "fail": ("post", f"/v2/jobs/{job}/failure", report, "process_owner"),
        "throw": ("post", f"/v2/jobs/{job}/error", {"errorCode": "E"}, "process_owner"),
        "retries": ("patch", f"/v2/jobs/{job}", {"changeset": {"retries": 2}}, "process_owner"),
        "resolve": ("post", f"/v2/incidents/{incident}/resolution", {}, "process_owner"),
        "retry": ("post", f"/workflow/incidents/{incident}/retry", None, "process_owner"),
        "write": (
            "put",
            f"/v2/element-instances/{element}/variables",
            {"variables": {"n": 1}},
            "administrator",
        ),
        "hand in": ("post", f"/workflow/tasks/{task}", {"revision": "1", "opinion": "x"}, "clerk"),
        "claim": ("post", f"/workflow/tasks/{task}/claim", None, "clerk"),
        "put back": ("post", f"/workflow/tasks/{task}/unclaim", None, "clerk"),
    }


@pytest.fixture
def over(house):
    """One instance that is over."""
    deployed(house)
    key = lived(house)
    house.rows_before = {"a": _first(house, "a"), "j": house.job("j").key, "instance": key}
    return house


def _first(house, element):
    from services.workflow.models import Task

    return house.rows(Task, element_id=element)[0].key


def answers(house, wanted, **who):
    found = {}
    for name, (method, path, body, role) in wanted.items():
        client = house.client(role, **({"who": "ann"} if role == "clerk" else {}) | who)
        given = {"data": body} if path.startswith("/workflow") else {"json": body}
        answer = getattr(client, method)(path, **given)
        found[name] = (answer.status_code, (answer.get_json(silent=True) or {}).get("detail"))
    return found


def test_a_late_act_is_refused_as_before(over):
    wanted = acts(over)
    before = answers(over, wanted)
    assert {status for status, _ in before.values()} == {409}
    over.clock.moment += 31 * DAY
    tidy(over)
    assert put_away(over)
    assert answers(over, wanted) == before


def test_others_do_not_learn_that_it_was_there(over):
    wanted = acts(over)
    over.clock.moment += 31 * DAY
    tidy(over)
    found = answers(over, wanted, at="/other-city/", who="stranger")
    assert {status for status, _ in found.values()} == {404}


def test_a_late_answer_changes_nothing(over):
    over.clock.moment += 31 * DAY
    tidy(over)
    length = len(over.rows(History))
    handed = over.deliver(DeadlineNoted(case_id=CASE), job_key=str(over.rows_before["j"]))
    assert (handed.ended, len(over.rows(History))) == ("ack", length)
