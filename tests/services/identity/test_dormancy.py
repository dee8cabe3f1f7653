"""Accounts that nobody uses fall asleep, and are woken; administrators are never lost by it."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from services.identity.models import Person
from services.identity.people.dormancy import SLEEP, note_login, wake
from shared.clock import SystemClock
from shared.contracts.identity import PersonChanged, RolesChanged
from tests.rig import Bench
from tests.services.identity.conftest import (
    IDS,
    PASSWORD,
    claims_of,
    logged_in,
    person_of,
    post,
    try_login,
)

SECOND = timedelta(seconds=1)
DAYS = timedelta(days=90)


def now() -> datetime:
    """Dormancy goes by the machine's clock, and a run may take its time."""
    return SystemClock().now()


def seen(bench: Bench, login: str, at: datetime) -> None:
    """Somebody logged in at that moment."""
    with bench.work() as work:
        note_login(work, work.session.get_one(Person, IDS[login]), at)


def sleep_all(bench: Bench) -> int:
    """Let the clock do what is due; how often it did something."""
    turns = 0
    with bench.runtime.reading() as session:
        waits = SLEEP.waits(session, bench.clock.now())
    while waits and turns < 50:
        with bench.work() as work:
            waits = SLEEP.act(work)
        turns += waits
    return turns


@pytest.mark.parametrize(("ago", "state"), [(DAYS - timedelta(minutes=5), "active"), (DAYS, "dormant")])
def test_after_ninety_days_without_login_an_account_sleeps(bench: Bench, ago: timedelta, state: str) -> None:
    seen(bench, "clerk", now() - ago)
    assert sleep_all(bench) == (state == "dormant")
    assert person_of(bench, "clerk").state == state


@pytest.mark.parametrize(("ago", "state"), [(DAYS - SECOND, "active"), (DAYS, "dormant")])
def test_a_login_counts_before_the_clock_came_by(bench: Bench, ago: timedelta, state: str) -> None:
    seen(bench, "clerk", now() - ago)
    seen(bench, "clerk", now())
    assert person_of(bench, "clerk").state == state


def test_citizens_and_those_just_seen_stay_awake(bench: Bench) -> None:
    seen(bench, "applicant", now() - 10 * DAYS)
    seen(bench, "clerk", now())
    assert sleep_all(bench) == 0
    assert person_of(bench, "applicant").state == "active"


@pytest.mark.clause("S0-10.1.3")
def test_the_last_two_administrators_never_sleep(bench: Bench) -> None:
    for login in ("administrator", "administrator2"):
        seen(bench, login, now() - DAYS)
    assert sleep_all(bench) == 2
    assert [person_of(bench, a).state for a in ("administrator", "administrator2")] == ["active", "active"]
    assert sleep_all(bench) == 0  # looked at again tomorrow, not all the time


def test_who_sleeps_asks_by_logging_in_and_goes_on_when_woken(bench: Bench) -> None:
    seen(bench, "handler", now() - DAYS)
    told = len(bench.emitted(PersonChanged))
    client = logged_in(bench, "handler")
    assert claims_of(client)["roles"] == []
    assert try_login(bench, "handler").headers["Location"] == "/identity/account"
    assert "账号已经休眠" in client.get("/identity/account").text
    assert len(bench.emitted(PersonChanged)) == told  # others still count on them
    firm = logged_in(bench, "firm_manager")
    assert "等待唤醒" in firm.get("/identity/people").text
    page = f"/identity/people/{IDS['handler']}"
    assert "在等您唤醒账号" in firm.get(page).text
    assert post(firm, f"{page}/wake").status_code == 303
    assert "等待唤醒" not in firm.get("/identity/people").text
    assert bench.emitted(RolesChanged)[-1].person_id == IDS["handler"]
    assert "休眠，请求唤醒" in firm.get(page).text
    client.get("/identity/session.svg")
    assert [r["role"] for r in claims_of(client)["roles"]] == ["handler"]
    assert sleep_all(bench) == 0


def test_a_wrong_password_wakes_no_question(bench: Bench) -> None:
    seen(bench, "clerk", now() - DAYS)
    sleep_all(bench)
    assert try_login(bench, "clerk", PASSWORD + "x").status_code == 422
    assert person_of(bench, "clerk").wake_asked_at is None


def test_waking_somebody_awake_changes_nothing(bench: Bench) -> None:
    said = len(bench.emitted())
    with bench.work() as work:
        wake(work, work.session.get_one(Person, IDS["clerk"]), IDS["administrator"], now())
    assert len(bench.emitted()) == said


def test_the_list_finds_who_sleeps(bench: Bench) -> None:
    seen(bench, "clerk", now() - DAYS)
    sleep_all(bench)
    admin: FlaskClient = logged_in(bench, "administrator")
    page = admin.get("/identity/people?state=dormant").text
    assert "贾受理" in page
    assert "共 1 人" in page
    assert "没有符合条件的人员" in admin.get("/identity/people?state=dormant&place=/demo-city/firm-a/").text
