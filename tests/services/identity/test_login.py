"""Logging in: the same for everyone who fails, limited, and only back to our own pages."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.identity import rules
from services.identity.models import LoginAttempt, LoginSession, Person
from shared.contracts.identity import SessionEnded
from shared.messaging.tables import changed_roles
from shared.web.cookies import NAME as COOKIE
from shared.web.tokens import Signer, Verifier, create_keys
from tests.rig import Bench, without_nonce
from tests.services.identity.conftest import (
    IDS,
    claims_of,
    logged_in,
    post,
    token_of,
    try_login,
    with_cookie,
)

WRONG = "not the password"


def move_attempts(bench: Bench, by: timedelta) -> None:
    """As if the attempts had happened earlier."""
    with bench.work() as work:
        for attempt in work.session.scalars(sa.select(LoginAttempt)):
            attempt.last_at -= by


def test_the_token_says_who_and_what(bench: Bench) -> None:
    client = logged_in(bench, " REVIEWER ")
    claims = Verifier(bench.settings.keys_dir).claims(token_of(client))
    assert claims["sub"] == str(IDS["reviewer"])
    assert claims["roles"] == [{"role": "reviewer", "organisation": "/demo-city/centre/"}]
    assert 8 * 3600 - 5 < claims["exp"] - claims["iat"] <= 8 * 3600
    assert client.get("/identity/account").status_code == 200


def test_each_session_has_its_own_secret_against_forged_forms(bench: Bench) -> None:
    first, second = claims_of(logged_in(bench, "clerk")), claims_of(logged_in(bench, "clerk"))
    assert first["csrf"] != second["csrf"]
    assert first["sid"] != second["sid"]


@pytest.mark.parametrize(("url", "secure"), [("https://aid.example", True), ("http://127.0.0.1:8000", False)])
def test_the_cookie_is_kept_from_scripts_and_other_sites(bench: Bench, url: str, secure: bool) -> None:
    object.__setattr__(bench.settings, "public_url", url)
    cookie = try_login(bench, "clerk").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert ("Secure" in cookie) is secure


def test_unknown_wrong_and_closed_look_alike(bench: Bench) -> None:
    with bench.work() as work:
        work.session.get_one(Person, IDS["archivist"]).state = "closed"
    answers = [
        try_login(bench, "nobody"), try_login(bench, "clerk", WRONG), try_login(bench, "archivist"),
    ]  # fmt: skip
    assert {a.status_code for a in answers} == {422}
    assert {COOKIE in a.headers.get("Set-Cookie", "") for a in answers} == {False}
    texts = {
        without_nonce(a.text.replace(f'value="{name}"', ""))
        for a, name in zip(answers, ("nobody", "clerk", "archivist"), strict=True)
    }
    assert len(texts) == 1
    assert "登录名或密码不正确" in texts.pop()


def test_nothing_filled_in_is_said_at_the_fields(bench: Bench) -> None:
    answer = bench.client().post("/identity/login", data={})
    assert answer.status_code == 422
    assert "请填写登录名。" in answer.text
    assert 'href="#f-password"' in answer.text


@pytest.mark.parametrize("login", ["clerk", "nobody"])
def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(bench: Bench, login: str) -> None:
    for _ in range(rules.FAILURES):
        assert try_login(bench, login, WRONG).status_code == 422
    locked = try_login(bench, login)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "请过 15 分钟再试" in locked.text
    move_attempts(bench, rules.LOCK - timedelta(seconds=30))
    assert try_login(bench, login).status_code == 429
    move_attempts(bench, timedelta(seconds=31))
    assert try_login(bench, login).status_code == (303 if login == "clerk" else 422)


def test_a_success_clears_the_failures(bench: Bench) -> None:
    for _ in range(3):
        for _ in range(rules.FAILURES - 1):
            try_login(bench, "clerk", WRONG)
        assert try_login(bench, "clerk").status_code == 303


def test_old_attempts_leave_no_rows(bench: Bench) -> None:
    for number in range(3):
        try_login(bench, f"nobody{number}", WRONG)
    move_attempts(bench, rules.LOCK)
    try_login(bench, "somebody", WRONG)
    with bench.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 1


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/review/cases/1", "/review/cases/1"),
        ("//evil.example/", "/workflow/tasks"),
        ("https://evil.example/", "/workflow/tasks"),
        ("", "/workflow/tasks"),
    ],
)
def test_the_way_back_stays_on_this_site(bench: Bench, target: str, location: str) -> None:
    assert try_login(bench, "reviewer", next=target).headers["Location"] == location
    client = logged_in(bench, "reviewer")
    assert client.get("/identity/login", query_string={"next": target}).headers["Location"] == location


def test_the_form_carries_only_local_targets(bench: Bench) -> None:
    assert "evil" not in bench.client().get("/identity/login?next=//evil.example").text
    assert 'value="/intake/apply"' in bench.client().get("/identity/login?next=/intake/apply").text


def test_other_sites_cannot_log_people_in(bench: Bench) -> None:
    answer = bench.client().post(
        "/identity/login",
        data={"login": "clerk", "password": WRONG},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_second_login_ends_the_first_of_that_browser(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    old = token_of(client)
    assert post(client, "/identity/login", login="reviewer", password="fayuan-demo-2026").status_code == 303
    assert claims_of(client)["sub"] == str(IDS["reviewer"])
    assert with_cookie(bench, old).get("/identity/account").status_code == 302


def test_logging_out_ends_the_token_everywhere(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    old, sid = token_of(client), claims_of(client)["sid"]
    answer = post(client, "/identity/logout")
    assert answer.headers["Location"] == "/"
    assert token_of(client) == ""
    assert [str(e.session_id) for e in bench.emitted(SessionEnded)] == [sid]
    stolen = with_cookie(bench, old)
    assert stolen.get("/identity/account").headers["Location"].startswith("/identity/login")
    assert stolen.get("/identity/login").status_code == 200
    assert len(bench.emitted(SessionEnded)) == 1


def test_logging_out_needs_our_own_page(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    assert client.post("/identity/logout").status_code == 403
    assert client.get("/identity/account").status_code == 200
    assert bench.client().post("/identity/logout").headers["Location"] == "/"


def test_working_prolongs_the_session_and_keeps_open_forms_good(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    before = claims_of(client)
    with bench.work() as work:
        session = work.session.scalars(sa.select(LoginSession)).one()
        session.started_at -= timedelta(hours=2)
        session.expires_at -= timedelta(hours=2)
        started = session.started_at
    answer = client.get("/identity/session.svg")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    after = claims_of(client)
    assert after["csrf"] == before["csrf"]
    assert after["exp"] >= before["exp"]
    with bench.runtime.reading() as reading:
        assert reading.scalars(sa.select(LoginSession)).one().expires_at > started + timedelta(hours=9)


def test_a_session_ends_a_day_after_it_began(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    with bench.work() as work:
        work.session.scalars(sa.select(LoginSession)).one().started_at -= timedelta(hours=24)
    client.get("/identity/session.svg")
    assert token_of(client) == ""


def test_the_public_gets_the_picture_without_a_token(bench: Bench) -> None:
    answer = bench.client().get("/identity/session.svg")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_token_of_other_keys_is_nobody(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("strangers")
    create_keys(folder)
    forged = Signer(folder).sign(claims_of(logged_in(bench, "administrator")), timedelta(hours=1))
    assert with_cookie(bench, forged).get("/identity/people").status_code == 302


def test_display_settings_are_kept_and_lead_back(bench: Bench) -> None:
    client = bench.client()
    answer = client.get("/identity/display?text_size=large&next=/identity/login")
    assert answer.headers["Location"] == "/identity/login"
    assert 'data-text="large"' in client.get("/identity/login").text
    assert client.get("/identity/display?contrast=high&next=//evil.example").headers["Location"] == "/"
    assert 'data-contrast="high"' in client.get("/identity/login").text
    client.get("/identity/display?text_size=%22onload")
    assert 'data-text="large"' in client.get("/identity/login").text


def test_a_token_of_the_same_second_ends_with_the_others(bench: Bench) -> None:
    """What ends a person's tokens spares none that was issued a moment before, and one issued then counts."""
    browser = logged_in(bench, "clerk")
    issued = datetime.fromtimestamp(claims_of(browser)["iat"], UTC)
    for moment, status in ((issued, 200), (issued + timedelta(milliseconds=1), 302)):
        with bench.work() as work:
            values = {"person_id": IDS["clerk"], "changed_at": moment}
            work.session.execute(sa.delete(changed_roles))
            work.session.execute(sa.insert(changed_roles).values(**values))
        assert browser.get("/identity/account").status_code == status
