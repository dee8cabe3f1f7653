"""Signing up, and one's own account."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.identity import rules
from services.identity.models import LoginSession, Organisation, Person, PersonEvent, RoleGrant
from shared.contracts.identity import OrganisationChanged, PersonChanged, SessionEnded
from shared.contracts.notify import TellPerson
from tests.rig import Bench
from tests.services.identity.conftest import (
    PASSWORD,
    claims_of,
    logged_in,
    post,
    token_of,
    try_login,
)

SIGN_UP = {
    "name": "　虚构 人 ", "mobile": "１３８００００７７７７",
    "password_new": "green tea 3", "password_again": "green tea 3",
}  # fmt: skip


def test_a_citizen_signs_up_and_logs_in(bench: Bench) -> None:
    client = bench.client()
    answer = client.post("/identity/register", data={**SIGN_UP, "next": "/intake/apply"})
    assert answer.headers["Location"] == "/identity/login?done=registered&next=%2Fintake%2Fapply"
    assert "Set-Cookie" not in answer.headers
    page = client.get(answer.headers["Location"]).text
    assert "请用手机号码和刚才设置的密码登录" in page
    assert 'value="/intake/apply"' in page
    client = logged_in(bench, "13800007777", "green tea 3")
    claims = claims_of(client)
    assert claims["roles"] == [{"role": "applicant", "organisation": "/public/"}]
    told = bench.emitted(PersonChanged)[-1]
    assert told.person_id == UUID(claims["sub"])
    assert told.active
    assert told.person == {"name": "虚构 人", "phone": "13800007777"}
    assert try_login(bench, "13800007777", "green tea 3").headers["Location"] == "/intake/"


def test_the_place_of_citizens_makes_itself(bench: Bench) -> None:
    with bench.work() as work:
        work.session.execute(sa.delete(PersonEvent))
        for place in (RoleGrant.organisation, Person.organisation, Organisation.path):
            work.session.execute(sa.delete(place.class_).where(place == rules.PUBLIC))
    before = len(bench.emitted(OrganisationChanged))
    assert bench.client().post("/identity/register", data=SIGN_UP).status_code == 303
    assert [o.path for o in bench.emitted(OrganisationChanged)[before:]] == ["/public/"]


def test_signing_up_tells_nobody_which_numbers_have_an_account(bench: Bench) -> None:
    """The same answer the second time; the owner is told instead, and their password stays."""
    first = bench.client().post("/identity/register", data=SIGN_UP)
    before = len(bench.emitted(PersonChanged))
    other = {**SIGN_UP, "password_new": "black tea 4", "password_again": "black tea 4"}
    second = bench.client().post("/identity/register", data=other)
    for answer in (first, second):
        answer.headers.remove("Content-Security-Policy")  # with a mark of its own
    assert (second.status_code, second.headers, second.data) == (303, first.headers, first.data)
    assert len(bench.emitted(PersonChanged)) == before
    told = bench.emitted(TellPerson)
    assert [(t.template, t.recipients) for t in told] == [
        ("registered_again", [bench.emitted(PersonChanged)[-1].person_id])
    ]
    assert try_login(bench, "13800007777", "black tea 4").status_code == 422
    assert try_login(bench, "13800007777", "green tea 3").status_code == 303
    bench.client().post("/identity/register", data=other)
    assert len(bench.emitted(TellPerson)) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "请填写姓名。"),
        ("name", "长" * 51, "姓名不能超过 50 个字。"),
        ("mobile", "12800007777", "请填写 11 位手机号码"),
        ("mobile", "138000077777", "请填写 11 位手机号码"),
        ("password_new", "short one", "密码至少要有 10 个字符。"),
        ("password_new", "13800007777", "密码不能和登录名相同。"),
        ("password_new", "qwertyuiop", "这个密码太常见"),
        ("password_again", "green tea 4", "两次填写的密码不一样。"),
        ("password_again", "", "请再填写一次密码。"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(bench: Bench, field: str, value: str, said: str) -> None:
    answer = bench.client().post("/identity/register", data={**SIGN_UP, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert "green tea" not in answer.text


def test_scripts_in_names_stay_text(bench: Bench) -> None:
    bench.client().post("/identity/register", data={**SIGN_UP, "name": "<script>alert(1)</script>"})
    client = logged_in(bench, "13800007777", "green tea 3")
    page = client.get("/identity/account").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_account_page_shows_me_masked(bench: Bench) -> None:
    page = logged_in(bench, "applicant").get("/identity/account").text
    assert "138****0001" in page
    assert "13800000001" not in page
    assert "申请人（社会公众）" in page
    assert page.count("（现在这次）") == 1


def test_the_account_needs_a_person(bench: Bench) -> None:
    answer = bench.client().get("/identity/account")
    assert answer.headers["Location"] == "/identity/login?next=%2Fidentity%2Faccount"
    assert bench.client("integration", who="program").get("/identity/account").status_code == 404


def test_a_new_password_ends_the_other_sessions(bench: Bench) -> None:
    other, client = logged_in(bench, "clerk"), logged_in(bench, "clerk")
    new = {"password_old": PASSWORD, "password_new": "blue bird 77", "password_again": "blue bird 77"}
    assert post(client, "/identity/account/password", **new).status_code == 303
    assert client.get("/identity/account").status_code == 200
    assert other.get("/identity/account").status_code == 302
    assert try_login(bench, "clerk").status_code == 422
    assert try_login(bench, "clerk", "blue bird 77").status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password_old", "something else", "现在的密码不正确。"),
        ("password_old", "", "请填写现在的密码。"),
        ("password_new", "clerk", "密码至少要有 10 个字符。"),
        ("password_again", "blue bird 78", "两次填写的密码不一样。"),
    ],
)
def test_a_wrong_change_of_password_changes_nothing(bench: Bench, field: str, value: str, said: str) -> None:
    client = logged_in(bench, "clerk")
    form = {"password_old": PASSWORD, "password_new": "blue bird 77", "password_again": "blue bird 77"}
    answer = post(client, "/identity/account/password", **{**form, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert bench.emitted(SessionEnded) == []
    assert try_login(bench, "clerk").status_code == 303


def test_a_borrowed_browser_cannot_guess_the_password(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    form = {"password_old": "wrong", "password_new": "blue bird 77", "password_again": "blue bird 77"}
    for _ in range(rules.FAILURES):
        assert post(client, "/identity/account/password", **form).status_code == 422
    answer = post(client, "/identity/account/password", **{**form, "password_old": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"


def test_i_end_one_of_my_sessions(bench: Bench) -> None:
    other, client = logged_in(bench, "clerk"), logged_in(bench, "clerk")
    sid = claims_of(other)["sid"]
    assert post(client, "/identity/account/sessions/end", id=sid).status_code == 303
    assert other.get("/identity/account").status_code == 302
    assert client.get("/identity/account").status_code == 200
    own = claims_of(client)["sid"]
    post(client, "/identity/account/sessions/end", id=own)
    assert token_of(client) == ""


def test_the_sessions_of_others_do_not_exist_for_me(bench: Bench) -> None:
    victim, client = logged_in(bench, "reviewer"), logged_in(bench, "clerk")
    sid = claims_of(victim)["sid"]
    for made_up in (sid, str(UUID(int=4))):
        assert post(client, "/identity/account/sessions/end", id=made_up).status_code == 404
    assert post(client, "/identity/account/sessions/end", id="x").status_code == 422
    assert victim.get("/identity/account").status_code == 200


def test_a_session_that_ran_out_is_not_listed_nor_resumed(bench: Bench) -> None:
    client = logged_in(bench, "clerk")
    with bench.work() as work:
        work.session.scalars(sa.select(LoginSession)).one().expires_at -= timedelta(hours=9)
    assert "（现在这次）" not in client.get("/identity/account").text
    client.get("/identity/session.svg")
    assert token_of(client) == ""


@pytest.mark.clause("S0-10.1.1")
def test_names_numbers_and_logins_are_not_readable_in_the_database(bench: Bench) -> None:
    bench.client().post("/identity/register", data=SIGN_UP)
    files = list(bench.settings.keys_dir.parent.glob("identity.db*"))
    stored = b"".join(f.read_bytes() for f in files)
    assert b"person" in stored
    for secret in ("虚构 人", "13800007777", "贾求援", "13800000001", "贾审查", "green tea", PASSWORD):
        assert secret.encode() not in stored
