"""API clients: what a token is good for, secrets that overlap, limits, and the administrator's pages."""

import json
import re
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.logins.passwords import hashed
from services.identity.models import ApiClient, ClientSecret
from services.identity.programs.clients import (
    MOST_PER_MINUTE,
    close_client,
    note_use,
    rotate_secret,
    secrets_of,
    use_is_news,
)
from shared.clock import SystemClock
from shared.contracts.identity import RolesChanged
from tests.rig import CENTRE, Bench
from tests.services.identity.conftest import DEMO, logged_in, post

TOKEN = "/identity/oauth/token"
CLIENT = DEMO["clients"][0]
EVENTS, TASKS = "notify.event.read", "workflow.task.read"
FORM: dict[str, Any] = {
    "client_id": "court-link", "name": "法院接口", "organisation": CENTRE, "scopes": [EVENTS],
    "requests_per_minute": "30",
}  # fmt: skip
WEEK = timedelta(days=7)


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def ask(
    bench: Bench, secret: str = CLIENT["secret"], name: str = CLIENT["client_id"], **form: str
) -> TestResponse:
    shown = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    return bench.client().post(TOKEN, data={**shown, **form})


def claims(answer: TestResponse) -> dict[str, Any]:
    body = answer.get_json()["access_token"].split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def add(bench: Bench, admin: FlaskClient, **changes: Any) -> tuple[UUID, str]:
    """A new program: its id and its secret."""
    page = post(admin, "/identity/clients/new", **{**FORM, **changes}).text
    found = re.search(r"<dd[^>]*>([\w-]{43})</dd>", page)
    assert found
    with bench.runtime.reading() as session:
        known = session.scalars(sa.select(ApiClient).where(ApiClient.client_id == "court-link")).one()
    return known.id, found[1]


def moved(bench: Bench, by: timedelta) -> None:
    """As if the secrets that end ended earlier."""
    with bench.work() as work:
        for secret in work.session.scalars(sa.select(ClientSecret).where(ClientSecret.ends_at.is_not(None))):
            secret.ends_at -= by


def test_a_program_gets_its_secret_once(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, secret = add(bench, admin)
    assert ask(bench, secret, "court-link").status_code == 200
    for page in ("/identity/clients", f"/identity/clients/{client_uuid}"):
        assert secret not in admin.get(page).text
    assert "这个接口账号已经存在。" in post(admin, "/identity/clients/new", **FORM).text


def test_a_token_carries_what_was_asked_for_and_granted(bench: Bench, admin: FlaskClient) -> None:
    _, secret = add(bench, admin, scopes=[EVENTS, TASKS])
    both = ask(bench, secret, "court-link")
    assert both.get_json()["scope"] == claims(both)["scope"] == f"{EVENTS} {TASKS}"
    one = ask(bench, secret, "court-link", scope=TASKS)
    assert one.get_json()["scope"] == claims(one)["scope"] == TASKS
    more = ask(bench, secret, "court-link", scope=f"{TASKS} identity.person.read")
    assert (more.status_code, more.get_json()) == (400, {"error": "invalid_scope"})


def test_an_account_without_a_list_may_all_that_its_role_may(bench: Bench) -> None:
    every = ask(bench)
    assert "scope" not in claims(every)
    assert "scope" not in every.get_json()
    assert claims(ask(bench, scope=TASKS))["scope"] == TASKS
    assert ask(bench, scope="identity.person.read").get_json() == {"error": "invalid_scope"}


def test_the_old_secret_counts_as_long_as_chosen(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, first = add(bench, admin)
    page = post(admin, f"/identity/clients/{client_uuid}/secret", overlap="7")
    second = re.search(r"<dd[^>]*>([\w-]{43})</dd>", page.text)
    assert second
    for secret in (first, second[1]):
        assert ask(bench, secret, "court-link").status_code == 200
    moved(bench, WEEK - timedelta(minutes=1))
    assert ask(bench, first, "court-link").status_code == 200
    moved(bench, timedelta(minutes=1))
    assert ask(bench, first, "court-link").status_code == 401
    assert ask(bench, second[1], "court-link").status_code == 200
    assert bench.emitted(RolesChanged) == []


def test_without_overlap_the_old_secret_and_its_tokens_end_at_once(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, first = add(bench, admin)
    post(admin, f"/identity/clients/{client_uuid}/secret", overlap="0")
    assert ask(bench, first, "court-link").status_code == 401
    assert [told.person_id for told in bench.emitted(RolesChanged)] == [client_uuid]


def test_no_more_than_two_secrets_count(bench: Bench, now: datetime) -> None:
    with bench.work() as work:
        client = work.session.get_one(ApiClient, CLIENT["id"])
        for number in (1, 2):
            rotate_secret(work, client, hashed(f"secret {number}"), WEEK, now + timedelta(minutes=number))
            work.session.flush()
        ends = [s.ends_at for s in secrets_of(work.session, client.id, now + timedelta(minutes=3))]
    assert ends == [None, now + timedelta(minutes=2) + WEEK]
    assert ask(bench).status_code == 401
    assert [ask(bench, f"secret {number}").status_code for number in (1, 2)] == [200, 200]


def test_other_scopes_or_another_limit_end_the_tokens(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, secret = add(bench, admin)
    same = {"scopes": FORM["scopes"], "requests_per_minute": "30"}
    assert post(admin, f"/identity/clients/{client_uuid}", **same).status_code == 303
    assert bench.emitted(RolesChanged) == []
    for change in ({**same, "scopes": [TASKS]}, {"scopes": [TASKS], "requests_per_minute": "5"}):
        before = len(bench.emitted(RolesChanged))
        assert post(admin, f"/identity/clients/{client_uuid}", **change).status_code == 303
        assert len(bench.emitted(RolesChanged)) == before + 1
    token = claims(ask(bench, secret, "court-link"))
    assert (token["scope"], token["limit"]) == (TASKS, 5)


def test_a_closed_program_stays_closed(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, secret = add(bench, admin)
    assert post(admin, f"/identity/clients/{client_uuid}/close").status_code == 303
    assert ask(bench, secret, "court-link").status_code == 401
    assert post(admin, f"/identity/clients/{client_uuid}/secret", overlap="7").status_code == 409
    assert (
        post(admin, f"/identity/clients/{client_uuid}", scopes=[TASKS], requests_per_minute="5").status_code
        == 409
    )
    assert "已停用" in admin.get(f"/identity/clients/{client_uuid}").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("client_id", "Court", "接口账号只能用小写字母、数字和横线。"),
        ("client_id", "a" * 41, "接口账号不能超过 40 个字。"),
        ("client_id", "", "请填写接口账号。"),
        ("organisation", "/other/", "请选择所属机构。"),
        ("organisation", "/public/", "请选择所属机构。"),
        ("scopes", [], "请至少选择一项权限。"),
        ("scopes", [EVENTS, "identity.person.read"], "请至少选择一项权限。"),
        ("requests_per_minute", "0", "请填写 1 到 6000 之间的整数。"),
        ("requests_per_minute", str(MOST_PER_MINUTE + 1), "请填写 1 到 6000 之间的整数。"),
        ("requests_per_minute", "many", "请填写 1 到 6000 之间的整数。"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(admin: FlaskClient, field: str, value: Any, said: str) -> None:
    answer = post(admin, "/identity/clients/new", **{**FORM, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#f-{field}"' in answer.text


def test_other_peoples_programs_do_not_exist(bench: Bench, admin: FlaskClient) -> None:
    client_uuid, _ = add(bench, admin, organisation="/demo-city/")
    centre = bench.client("administrator", who="somebody")  # of the centre alone
    assert "court-link" not in centre.get("/identity/clients").text
    for path in ("", "/secret", "/close"):
        form = {"overlap": "0", "scopes": [TASKS], "requests_per_minute": "5"}
        assert centre.post(f"/identity/clients/{client_uuid}{path}", data=form).status_code == 404
    assert centre.get(f"/identity/clients/{client_uuid}").status_code == 404
    assert centre.get(f"/identity/clients/{UUID(int=3)}").status_code == 404
    assert bench.client("clerk").get("/identity/clients").status_code == 403


def test_the_last_use_is_written_once_a_minute(bench: Bench, now: datetime) -> None:
    client = bench_client(bench)
    assert use_is_news(client, now)
    with bench.work() as work:
        note_use(work, client.id, now)
    client = bench_client(bench)
    assert not use_is_news(client, now + timedelta(seconds=59))
    assert use_is_news(client, now + timedelta(seconds=60))


def test_a_token_leaves_its_trace_in_the_list(bench: Bench, admin: FlaskClient) -> None:
    assert "还没有用过" in admin.get("/identity/clients").text
    ask(bench, "guess")
    assert "还没有用过" in admin.get("/identity/clients").text
    ask(bench)
    assert "还没有用过" not in admin.get("/identity/clients").text


def test_the_list_is_sorted(bench: Bench, admin: FlaskClient) -> None:
    add(bench, admin)
    ask(bench)

    def names(sort: str) -> list[str]:
        return re.findall(
            r'href="/identity/clients/[0-9a-f-]{36}">([^<]+)<',
            admin.get(f"/identity/clients?sort={sort}").text,
        )

    assert names("") == names("nonsense") == sorted(["court-link", CLIENT["client_id"]])
    assert names("used") == [CLIENT["client_id"], "court-link"]


def test_a_closed_program_keeps_no_secret(bench: Bench, now: datetime) -> None:
    with bench.work() as work:
        close_client(work, work.session.get_one(ApiClient, CLIENT["id"]), now)
    with bench.runtime.reading() as session:
        assert session.scalars(sa.select(ClientSecret)).all() == []


def bench_client(bench: Bench) -> ApiClient:
    with bench.runtime.reading() as session:
        return session.get_one(ApiClient, CLIENT["id"])


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()
