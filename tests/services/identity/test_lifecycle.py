"""An account from invitation to closing and back: each step on record, each limit on both sides."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.identity.models import Invitation, Person, PersonEvent
from services.identity.people.lifecycle import CodeUseless, invite_again, invited_person
from services.identity.rules import PUBLIC
from shared.clock import SystemClock
from shared.contracts.identity import PersonChanged, SessionEnded
from tests.rig import CENTRE, Bench
from tests.services.identity.conftest import (
    IDS,
    claims_of,
    code_on,
    invited,
    join,
    logged_in,
    person_of,
    post,
    try_login,
)

NOW = SystemClock().now()
SECOND = timedelta(seconds=1)


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def act(client: FlaskClient, login: str, what: str, **form: str) -> int:
    """What became of something an administrator does on a person's page."""
    return post(client, f"/identity/people/{IDS[login]}/{what}", **form).status_code


def steps(bench: Bench, person: Person) -> list[tuple[str, bool, str]]:
    """What is on record about an account, oldest first: what, whether somebody did it, why."""
    with bench.runtime.reading() as session:
        known = sa.select(PersonEvent).where(PersonEvent.person_id == person.id).order_by(PersonEvent.id)
        return [(row.act, row.by_id is not None, row.why) for row in session.scalars(known)]


@pytest.mark.clause("S0-9.1")
def test_somebody_invited_chooses_the_password_and_works(bench: Bench, admin: FlaskClient) -> None:
    code = invited(admin)
    assert not bench.emitted(PersonChanged)[-1].active
    assert try_login(bench, "new.clerk", "").status_code == 422
    page = bench.client().post("/identity/join", data={"code": code.lower().replace("-", " ")})
    assert "new.clerk" in page.text
    answer = join(bench, code)
    assert answer.headers["Location"] == "/identity/account?done=joined"
    assert "fayuan=" in answer.headers["Set-Cookie"]
    told = bench.emitted(PersonChanged)[-1]
    assert (told.active, told.roles) == (True, [{"role": "clerk", "organisation": CENTRE}])
    assert claims_of(logged_in(bench, "new.clerk", "green tea 3"))["roles"] == told.roles
    person = person_of(bench, "new.clerk")
    assert steps(bench, person) == [("invited", True, ""), ("role_given", True, ""), ("joined", True, "")]
    assert "设好密码，开始使用" in admin.get(f"/identity/people/{person.id}").text


def test_a_code_works_once_and_only_the_last_one(bench: Bench, admin: FlaskClient) -> None:
    first = invited(admin)
    person = person_of(bench, "new.clerk")
    second = code_on(post(admin, f"/identity/people/{person.id}/invite"))
    assert join(bench, first).status_code == 422
    assert join(bench, second).status_code == 303
    again = join(bench, second, "another tea 4")
    assert again.status_code == 422
    assert "这个代码不能用" in again.text
    assert try_login(bench, "new.clerk", "another tea 4").status_code == 422


@pytest.mark.parametrize(("early", "works"), [(SECOND, True), (timedelta(0), False)])
def test_a_code_ends_after_seven_days(bench: Bench, early: timedelta, works: bool) -> None:
    with bench.work() as work:
        person = work.session.get_one(Person, IDS["clerk"])
        invite_again(work, person, IDS["administrator"], "ABCD-EFGH-JKLM", NOW)
    with bench.work() as work:
        later = NOW + timedelta(days=7) - early
        try:
            assert invited_person(work, "abcdefghjklm", later).id == IDS["clerk"]
        except CodeUseless:
            assert not works
        else:
            assert works


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password_new": "too short"}, "密码至少要有 10 个字符。"),
        ({"password_new": "new.clerk"}, "密码至少要有 10 个字符。"),
        ({"password_again": "green tea 4"}, "两次填写的密码不一样。"),
        ({"code": "2222-2222-2222"}, "这个代码不能用"),
        ({"code": ""}, "这个代码不能用"),
    ],
)
def test_a_wrong_password_leaves_the_code_usable(
    bench: Bench, admin: FlaskClient, form: dict[str, str], said: str
) -> None:
    code = invited(admin)
    given = {"code": code, "password_new": "green tea 3", "password_again": "green tea 3"} | form
    answer = bench.client().post("/identity/join", data=given)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert join(bench, code).status_code == 303


def test_no_code_is_readable_in_the_database(bench: Bench, admin: FlaskClient) -> None:
    code = invited(admin)
    stored = b"".join(f.read_bytes() for f in bench.settings.keys_dir.parent.glob("identity.db*"))
    assert code.encode() not in stored
    assert code.replace("-", "").encode() not in stored


def test_joining_in_a_borrowed_browser_ends_the_login_there(bench: Bench, admin: FlaskClient) -> None:
    code, sid = invited(admin), claims_of(admin)["sid"]
    given = {"password_new": "green tea 3", "password_again": "green tea 3"}
    assert "现在登录的是贾管理" in post(admin, "/identity/join", code=code).text
    assert admin.post("/identity/join", data={"code": code, **given}).status_code == 403
    assert post(admin, "/identity/join", code=code, **given).status_code == 303
    assert claims_of(admin)["sub"] == str(person_of(bench, "new.clerk").id)
    assert [str(e.session_id) for e in bench.emitted(SessionEnded)] == [sid]


def test_a_forgotten_password_is_chosen_anew_by_its_owner(bench: Bench, admin: FlaskClient) -> None:
    client = logged_in(bench, "reviewer")
    code = code_on(post(admin, f"/identity/people/{IDS['reviewer']}/invite"))
    assert client.get("/identity/account").status_code == 302
    assert try_login(bench, "reviewer").status_code == 422
    assert join(bench, code).status_code == 303
    assert [s[0] for s in steps(bench, person_of(bench, "reviewer"))][-2:] == ["reset", "password_chosen"]
    assert claims_of(logged_in(bench, "reviewer", "green tea 3"))["roles"]


@pytest.mark.parametrize("what", ["close", "open"])
def test_closing_and_opening_need_a_reason(bench: Bench, admin: FlaskClient, what: str) -> None:
    if what == "open":
        act(admin, "clerk", "close", why="离职")
    before = person_of(bench, "clerk").state
    answer = post(admin, f"/identity/people/{IDS['clerk']}/{what}", why=" ")
    assert (answer.status_code, "请填写原因。" in answer.text) == (422, True)
    assert person_of(bench, "clerk").state == before
    assert act(admin, "clerk", what, why="组织决定") == 303
    assert person_of(bench, "clerk").state != before
    assert steps(bench, person_of(bench, "clerk"))[-1][2] == "组织决定"
    assert "组织决定" in admin.get(f"/identity/people/{IDS['clerk']}").text


def test_a_closed_account_has_no_code_and_comes_back_with_its_roles(bench: Bench, admin: FlaskClient) -> None:
    code = invited(admin)
    person = person_of(bench, "new.clerk")
    page = admin.get(f"/identity/people/{person.id}/close").text
    assert f'hx-get="/workflow/people/{person.id}/waiting"' in page
    assert "受理人员（示范市法律援助中心）" in page
    post(admin, f"/identity/people/{person.id}/close", why="没有来报到")
    assert join(bench, code).status_code == 422
    assert post(admin, f"/identity/people/{person.id}/invite").status_code == 409
    post(admin, f"/identity/people/{person.id}/open", why="又来了")
    assert person_of(bench, "new.clerk").state == "invited"
    assert join(bench, code_on(post(admin, f"/identity/people/{person.id}/invite"))).status_code == 303
    assert bench.emitted(PersonChanged)[-1].roles == [{"role": "clerk", "organisation": CENTRE}]


def test_particulars_change_and_are_announced(bench: Bench, admin: FlaskClient) -> None:
    form = {"name": "贾改名", "phone": "13800000077", "organisation": "/demo-city/"}
    assert act(admin, "clerk", "change", **form) == 303
    told = bench.emitted(PersonChanged)[-1]
    assert told.person == {"name": "贾改名", "phone": "13800000077"}
    assert told.roles == [{"role": "clerk", "organisation": CENTRE}]
    assert person_of(bench, "clerk").organisation == "/demo-city/"
    for wrong in ({"organisation": PUBLIC}, {"organisation": "/other/"}, {"phone": "1"}):
        assert act(admin, "clerk", "change", **form | wrong) == 422
    said = len(bench.emitted())
    assert act(admin, "clerk", "change", **form) == 303
    assert len(bench.emitted()) == said


def test_an_invitation_shows_when_it_ends(bench: Bench, admin: FlaskClient) -> None:
    invited(admin)
    person = person_of(bench, "new.clerk")
    assert "以前有效，本人还没有设置密码" in admin.get(f"/identity/people/{person.id}").text
    with bench.work() as work:
        work.session.get_one(Invitation, person.id).expires_at = datetime(2026, 1, 1, tzinfo=NOW.tzinfo)
    assert "已经过期，请重新发" in admin.get(f"/identity/people/{person.id}").text
