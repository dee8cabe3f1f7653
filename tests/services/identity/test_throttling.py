"""Guessing many names from one address, warnings to those concerned, and no name given away."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from services.identity import rules
from services.identity.logins.throttling import LOGIN, REGISTER, TOKEN, WARN_EVERY, WINDOW, Door
from services.identity.models import AccountWarning, AddressAttempt, LoginAttempt, LoginSession
from shared.clock import SystemClock
from shared.contracts.identity import SessionEnded
from shared.contracts.notify import TellPerson
from shared.messaging.tables import changed_roles
from shared.web.cookies import NAME
from tests.rig import Bench
from tests.services.identity.conftest import IDS, PASSWORD, claims_of, logged_in, post, token_of, try_login

WRONG = "not the password"
SOCKET: dict[str, Any] = {"REMOTE_ADDR": ""}


def attempt(bench: Bench, login: str, address: str = "198.51.100.7", password: str = WRONG) -> TestResponse:
    """A login from an address, as nginx hands it over on the local socket."""
    return bench.client().post(
        "/identity/login", data={"login": login, "password": password}, environ_base=SOCKET,
        headers={"X-Forwarded-For": address},
    )  # fmt: skip


def tried(bench: Bench, door: Door, number: int, address: str = "198.51.100.7") -> None:
    """As if the address had tried that many names just now."""
    with bench.work() as work:
        now = machine_now()
        row = AddressAttempt(
            address_index=work.keys.blind_index(f"address:{address}"), door=door.name, last_at=now,
            tried={f"name {n}": now.isoformat() for n in range(number)},
        )  # fmt: skip
        work.session.add(row)


def earlier(bench: Bench, by: timedelta) -> None:
    """As if everything had been tried, and warned of, earlier."""
    with bench.work() as work:
        for row in work.session.scalars(sa.select(AddressAttempt)):
            row.tried = {n: moved(at, by) for n, at in row.tried.items()}
            row.last_at -= by
        for warning in work.session.scalars(sa.select(AccountWarning)):
            warning.warned_at -= by


def test_an_address_tries_so_many_names_and_no_more(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most - 1)
    assert attempt(bench, "nobody").status_code == 422
    refused = attempt(bench, "clerk", password=PASSWORD)
    assert refused.status_code == 429
    assert 3590 < int(refused.headers["Retry-After"]) <= 3600
    assert "请过一小时再试" in refused.text
    assert attempt(bench, "nobody").status_code == 422  # a name it tried before counts once
    assert attempt(bench, "clerk", "198.51.100.8", PASSWORD).status_code == 303


def test_after_an_hour_the_address_may_try_again(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most)
    earlier(bench, WINDOW - timedelta(seconds=30))
    assert attempt(bench, "clerk", password=PASSWORD).status_code == 429
    earlier(bench, timedelta(seconds=31))
    assert attempt(bench, "clerk", password=PASSWORD).status_code == 303


def test_who_is_refused_for_the_address_does_not_lock_the_name(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most)
    for _ in range(rules.FAILURES):
        assert attempt(bench, "clerk").status_code == 429
    assert attempt(bench, "clerk", "203.0.113.1", PASSWORD).status_code == 303


def test_an_office_that_logs_in_rightly_is_not_stopped(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most - 1)
    for login in ("clerk", "reviewer", "approver"):
        assert attempt(bench, login, password=PASSWORD).status_code == 303


def test_a_household_of_addresses_is_one(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most, "2001:db8:1:2::/64")
    assert attempt(bench, "clerk", "2001:db8:1:2:ffff::9", PASSWORD).status_code == 429
    assert attempt(bench, "clerk", "2001:db8:1:3::9", PASSWORD).status_code == 303


def test_an_address_that_the_client_writes_itself_counts_for_nothing(bench: Bench) -> None:
    tried(bench, LOGIN, LOGIN.most, "192.0.2.9")
    answer = bench.client().post(
        "/identity/login", data={"login": "clerk", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "192.0.2.9"}, headers={"X-Forwarded-For": "203.0.113.77"},
    )  # fmt: skip
    assert answer.status_code == 429


def test_signing_up_from_one_address_is_limited_too(bench: Bench) -> None:
    form = {
        "name": "虚构人", "mobile": "13800007777", "password_new": "green tea 3",
        "password_again": "green tea 3",
    }  # fmt: skip
    tried(bench, REGISTER, REGISTER.most - 1, "127.0.0.1")
    assert bench.client().post("/identity/register", data=form).status_code == 303
    refused = bench.client().post("/identity/register", data={**form, "mobile": "13800007778"})
    assert refused.status_code == 429
    assert "green tea" not in refused.text


def test_trying_client_ids_is_limited_but_the_right_secret_still_works(bench: Bench) -> None:
    tried(bench, TOKEN, TOKEN.most - 1, "127.0.0.1")
    wrong = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "guess"}
    assert bench.client().post("/identity/oauth/token", data=wrong).status_code == 401
    refused = bench.client().post("/identity/oauth/token", data={**wrong, "client_id": "y"})
    assert (refused.status_code, refused.get_json()) == (429, {"error": "temporarily_unavailable"})
    assert int(refused.headers["Retry-After"]) > 3500


def test_a_locked_account_warns_its_owner_and_the_administrators(bench: Bench) -> None:
    for number in range(rules.FAILURES):
        assert bench.emitted(TellPerson) == [], number
        attempt(bench, "clerk")
    own, staff = bench.emitted(TellPerson)
    assert (own.template, own.recipients, own.roles) == ("account_locked", [IDS["clerk"]], [])
    assert (staff.template, staff.roles, staff.organisation) == (
        "account_locked_staff", ["administrator"], "/demo-city/centre/",
    )  # fmt: skip
    assert staff.about == {"person_id": str(IDS["clerk"])}
    attempt(bench, "clerk")
    assert len(bench.emitted(TellPerson)) == 2


def test_guessing_in_a_borrowed_browser_warns_the_owner_too(bench: Bench) -> None:
    browser = logged_in(bench, "applicant")
    form = {"password_old": WRONG, "password_new": "green tea 3", "password_again": "green tea 3"}
    for number in range(rules.FAILURES):
        assert bench.emitted(TellPerson) == [], number
        assert post(browser, "/identity/account/password", **form).status_code == 422
    assert [told.recipients for told in bench.emitted(TellPerson)] == [[IDS["applicant"]]]


def test_the_owner_is_warned_once_a_day(bench: Bench) -> None:
    for by, told in ((timedelta(0), 1), (WARN_EVERY - timedelta(minutes=1), 1), (timedelta(minutes=2), 2)):
        earlier(bench, by)
        for _ in range(rules.FAILURES):
            attempt(bench, "applicant")
        assert len(bench.emitted(TellPerson)) == told
        with bench.work() as work:
            work.session.execute(sa.delete(LoginAttempt))


def test_a_name_that_nobody_has_leaves_the_same_rows_and_no_message(bench: Bench) -> None:
    for login in ("nobody", "applicant"):
        for _ in range(rules.FAILURES):
            attempt(bench, login)
    with bench.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AccountWarning)) == 2
    assert [told.recipients for told in bench.emitted(TellPerson)] == [[IDS["applicant"]]]


def test_a_planted_session_is_ended_by_the_login(bench: Bench) -> None:
    """Session fixation: whatever cookie the browser came with, its session ends and a new one begins."""
    planted = logged_in(bench, "clerk")
    victim = bench.client()
    victim.set_cookie(NAME, token_of(planted))
    form = {"login": "reviewer", "password": PASSWORD, "csrf_token": claims_of(planted)["csrf"]}
    assert victim.post("/identity/login", data=form).status_code == 303
    assert claims_of(victim)["sid"] != claims_of(planted)["sid"]
    assert [str(e.session_id) for e in bench.emitted(SessionEnded)] == [claims_of(planted)["sid"]]
    assert planted.get("/identity/account").status_code == 302


def test_a_session_whose_token_counts_no_longer_is_ended_too(bench: Bench) -> None:
    """The roles changed, so the cookie is nobody's; without the login its session could be taken up again."""
    browser = logged_in(bench, "clerk")
    before = claims_of(browser)["sid"]
    change_roles(bench)
    assert browser.get("/identity/account").status_code == 302
    answer = browser.post("/identity/login", data={"login": "reviewer", "password": PASSWORD})
    assert answer.status_code == 303
    with bench.runtime.reading() as session:
        ended = session.scalars(sa.select(LoginSession).where(LoginSession.ended_at.is_not(None))).one()
    assert str(ended.id) == before
    assert try_login(bench, "clerk").status_code == 303


def change_roles(bench: Bench) -> None:
    """The clerk's tokens of before count no longer."""
    later = machine_now() + timedelta(seconds=5)
    with bench.work() as work:
        values = {"person_id": IDS["clerk"], "changed_at": later}
        work.session.execute(sa.insert(changed_roles).values(**values))


def moved(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) - by).isoformat()


def machine_now() -> datetime:
    """The machine's time, by which attempts are counted."""
    return SystemClock().now()
