"""The administrator's work with people and roles, and what an administrator may not."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.identity.logins.passwords import hashed
from services.identity.models import LoginSession, Person, RoleGrant
from services.identity.people.places import add_organisation
from services.identity.people.roles import grant_role
from services.identity.queries import live_grants
from shared.clock import SystemClock
from shared.contracts.identity import PersonChanged, RolesChanged, SessionEnded
from shared.messaging.tables import changed_roles
from tests.rig import Bench
from tests.services.identity.conftest import (
    IDS,
    claims_of,
    logged_in,
    post,
    token_of,
    try_login,
    with_cookie,
)

NEW = {
    "login": "New.Clerk", "name": "贾新人", "phone": "13800000088", "organisation": "/demo-city/centre/",
    "role": "clerk",
}  # fmt: skip
PAGES = (
    "/identity/people", "/identity/people/new", "/identity/people/import", "/identity/organisations",
    "/identity/clients",
)  # fmt: skip


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def person_page(login: str, act: str = "") -> str:
    return f"/identity/people/{IDS[login]}{act}"


def grants_of(bench: Bench, login: str) -> list[RoleGrant]:
    with bench.runtime.reading() as session:
        return list(live_grants(session, IDS[login], bench.clock.now()))


@pytest.mark.parametrize("path", PAGES)
def test_only_administrators_enter(bench: Bench, admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 200
    assert logged_in(bench, "reviewer").get(path).status_code == 403
    assert bench.client().get(path).headers["Location"].startswith("/identity/login?next=")


@pytest.mark.clause("S0-9.1")
def test_the_list_names_staff_by_place_and_no_citizens(admin: FlaskClient) -> None:
    page = admin.get("/identity/people").text
    assert "贾审查" in page
    assert "示范市法律援助中心" in page
    assert "贾求援" not in page
    assert "共 25 人" in page


def test_an_administrator_sees_only_the_places_below(bench: Bench) -> None:
    with bench.work() as work:
        elsewhere = add_organisation(work, parent=None, path="/other/", kind="city", name="别市")
        grant_role(
            work, work.session.get_one(Person, IDS["clerk"]), "administrator", elsewhere.path,
            IDS["administrator"], SystemClock().now(),
        )  # fmt: skip
    other = logged_in(bench, "clerk")
    assert "贾审查" not in other.get("/identity/people").text
    assert other.get(person_page("reviewer")).status_code == 404
    assert post(other, person_page("reviewer", "/close")).status_code == 404
    assert other.get(f"/identity/people/{UUID(int=9)}").status_code == 404
    assert "示范市法律援助中心" not in other.get("/identity/organisations").text


def test_a_password_of_the_last_version_is_replaced_before_anything_else(bench: Bench) -> None:
    with bench.work() as work:
        clerk = work.session.get_one(Person, IDS["clerk"])
        clerk.password_hash, clerk.password_temporary = hashed("green tea 3"), True
    first = try_login(bench, "clerk", "green tea 3", next="/workflow/tasks")
    assert first.headers["Location"] == "/identity/account"
    client = logged_in(bench, "clerk", "green tea 3")
    assert claims_of(client)["roles"] == []
    assert "临时密码" in client.get("/identity/account").text
    own = {"password_old": "green tea 3", "password_new": "my own words", "password_again": "my own words"}
    post(client, "/identity/account/password", **own)
    assert claims_of(client)["roles"] == [{"role": "clerk", "organisation": "/demo-city/centre/"}]
    assert "临时密码" not in client.get("/identity/account").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("login", "clerk", "这个登录名已经有人使用。"),
        ("login", "新人", "登录名只能用字母"),
        ("phone", "", "请填写手机号码。"),
        ("role", "applicant", "请选择角色。"),
        ("role", "integration", "请选择角色。"),
        ("organisation", "/public/", "请选择机构。"),
        ("organisation", "/other-city/", "请选择机构。"),
        ("organisation", "", "请填写所在机构。"),
        ("role", "", "请选择角色。"),
        ("role", "firm_manager", "承办机构负责人这个角色不能设在法律援助中心。"),
    ],
)
def test_a_wrong_form_adds_nobody(
    bench: Bench, admin: FlaskClient, field: str, value: str, said: str
) -> None:
    before = len(bench.emitted())
    answer = post(admin, "/identity/people/new", **{**NEW, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert len(bench.emitted()) == before


def test_roles_come_and_go_on_record(bench: Bench, admin: FlaskClient) -> None:
    form = {"role": "archivist", "organisation": "/demo-city/centre/"}
    assert post(admin, person_page("clerk", "/roles"), **form).status_code == 303
    assert {g.role for g in grants_of(bench, "clerk")} == {"clerk", "archivist"}
    assert {r["role"] for r in bench.emitted(PersonChanged)[-1].roles} == {"clerk", "archivist"}
    said = len(bench.emitted())
    post(admin, person_page("clerk", "/roles"), **form)
    assert len(bench.emitted()) == said
    grant = next(g for g in grants_of(bench, "clerk") if g.role == "archivist")
    post(admin, person_page("clerk", "/roles/revoke"), id=str(grant.id))
    post(admin, person_page("clerk", "/roles/revoke"), id=str(grant.id))
    assert {g.role for g in grants_of(bench, "clerk")} == {"clerk"}
    assert [r.person_id for r in bench.emitted(RolesChanged)] == [IDS["clerk"]] * 2
    with bench.runtime.reading() as session:
        kept = session.get_one(RoleGrant, grant.id)
        assert (kept.granted_by, kept.revoked_by) == (IDS["administrator"], IDS["administrator"])
        assert kept.revoked_at == bench.clock.now()
    assert "归档人员" in admin.get(person_page("clerk")).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"role": "king", "organisation": "/demo-city/centre/"}, "请选择角色。"),
        ({"role": "clerk", "organisation": "/other/"}, "请选择机构。"),
        ({"role": "clerk"}, "请填写机构。"),
    ],
)
def test_a_wrong_grant_gives_nothing(
    bench: Bench, admin: FlaskClient, form: dict[str, str], said: str
) -> None:
    answer = post(admin, person_page("reviewer", "/roles"), **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(grants_of(bench, "reviewer")) == 1


def test_old_tokens_end_with_the_roles_and_the_login_goes_on(bench: Bench, admin: FlaskClient) -> None:
    client = logged_in(bench, "clerk")
    form = {"role": "administrator", "organisation": "/demo-city/"}
    post(admin, person_page("clerk", "/roles"), **form)
    change = bench.emitted(RolesChanged)[-1]
    # As the service will hear it; the token in the browser is a little older than the change.
    with bench.work() as work:
        late = change.at + timedelta(seconds=2)
        work.session.execute(sa.insert(changed_roles).values(person_id=change.person_id, changed_at=late))
    back = client.get("/identity/people")
    assert back.headers["Location"] == "/identity/login?next=%2Fidentity%2Fpeople"
    resumed = client.get(back.headers["Location"])
    assert resumed.headers["Location"] == "/identity/people"
    assert "administrator" in {r["role"] for r in claims_of(client)["roles"]}


def test_a_closed_account_is_out_at_once(bench: Bench, admin: FlaskClient) -> None:
    client = logged_in(bench, "reviewer")
    sid = claims_of(client)["sid"]
    post(admin, person_page("reviewer", "/close"), why="离职")
    assert client.get("/identity/account").status_code == 302
    assert [str(e.session_id) for e in bench.emitted(SessionEnded)] == [sid]
    assert not bench.emitted(PersonChanged)[-1].active
    assert try_login(bench, "reviewer").status_code == 422
    post(admin, person_page("reviewer", "/close"), why="离职")
    assert len(bench.emitted(RolesChanged)) == 1
    post(admin, person_page("reviewer", "/open"), why="返聘")
    assert bench.emitted(PersonChanged)[-1].active
    assert try_login(bench, "reviewer").status_code == 303


@pytest.mark.clause("S0-10.1.3")
def test_nobody_changes_their_own_rights(bench: Bench, admin: FlaskClient) -> None:
    grant = grants_of(bench, "administrator")[0]
    own = [
        post(admin, person_page("administrator", "/roles"), role="approver", organisation="/demo-city/"),
        post(admin, person_page("administrator", "/roles/revoke"), id=str(grant.id)),
        post(admin, person_page("administrator", "/close"), why="休假"),
        post(admin, person_page("administrator", "/invite")),
        post(admin, person_page("administrator", "/wake")),
    ]
    assert [a.status_code for a in own] == [409] * 5
    assert "不能修改自己的角色" in own[0].text
    assert [g.role for g in grants_of(bench, "administrator")] == ["administrator"]


@pytest.mark.clause("S0-10.1.3")
def test_the_last_two_administrators_stay(bench: Bench, admin: FlaskClient) -> None:
    grant = grants_of(bench, "administrator2")[0]
    assert "系统管理员只有一名" not in admin.get("/identity/people").text
    refused = [
        post(admin, person_page("administrator2", "/roles/revoke"), id=str(grant.id)),
        post(admin, person_page("administrator2", "/close"), why="离职"),
    ]
    assert [a.status_code for a in refused] == [409, 409]
    assert "至少要保留两名系统管理员" in refused[0].text
    post(admin, person_page("clerk", "/roles"), role="administrator", organisation="/demo-city/")
    assert post(admin, person_page("administrator2", "/roles/revoke"), id=str(grant.id)).status_code == 303
    assert grants_of(bench, "administrator2") == []


def test_one_administrator_alone_is_warned(bench: Bench, admin: FlaskClient) -> None:
    with bench.work() as work:
        work.session.get_one(Person, IDS["administrator2"]).state = "closed"
    assert "系统管理员只有一名" in admin.get("/identity/people").text


def test_forged_forms_change_nothing(bench: Bench, admin: FlaskClient) -> None:
    assert admin.post(person_page("reviewer", "/close")).status_code == 403
    assert try_login(bench, "reviewer").status_code == 303


def test_sessions_of_a_person_end_together(bench: Bench, admin: FlaskClient) -> None:
    clients = [logged_in(bench, "approver") for _ in range(2)]
    post(admin, person_page("approver", "/close"), why="离职")
    with bench.runtime.reading() as session:
        ended = session.scalars(sa.select(LoginSession).where(LoginSession.person_id == IDS["approver"]))
        assert all(row.ended_at for row in ended)
    for client in clients:
        assert with_cookie(bench, token_of(client)).get("/identity/login").status_code == 200
