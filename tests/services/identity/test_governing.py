"""Who looks after whom: a centre's administrator, a firm's manager, and what neither may do."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.identity.models import Person, RoleGrant
from services.identity.people.roles import grant_role
from shared.clock import SystemClock
from shared.contracts.identity import SessionEnded
from shared.messaging.work import UnitOfWork
from tests.rig import CENTRE, Bench, without_nonce
from tests.services.identity.conftest import (
    IDS,
    claims_of,
    invited,
    logged_in,
    person_of,
    post,
    token_of,
    with_cookie,
)

FIRM = "/demo-city/firm-a/"


@pytest.fixture
def firm(bench: Bench) -> FlaskClient:
    return logged_in(bench, "firm_manager")


@pytest.fixture
def centre(bench: Bench) -> FlaskClient:
    """The archivist, made administrator of the centre."""
    with bench.work() as work:
        grant(work, "archivist", "administrator", CENTRE)
    return logged_in(bench, "archivist")


def grant(work: UnitOfWork, login: str, role: str, place: str) -> None:
    """Give a role, as an administrator of everything would."""
    person = work.session.get_one(Person, IDS[login])
    grant_role(work, person, role, place, IDS["administrator"], SystemClock().now())


def at(login: str, act: str = "") -> str:
    return f"/identity/people/{IDS[login]}{act}"


def standing(bench: Bench, login: str) -> set[tuple[str, str]]:
    with bench.runtime.reading() as session:
        held = sa.select(RoleGrant).where(RoleGrant.person_id == IDS[login], RoleGrant.revoked_at.is_(None))
        return {(g.role, g.organisation) for g in session.scalars(held)}


@pytest.mark.clause("S1-四(二)3")
def test_a_firm_designates_its_own_quality_manager(bench: Bench, firm: FlaskClient) -> None:
    assert post(firm, at("handler", "/roles"), role="quality_manager", organisation=FIRM).status_code == 303
    assert standing(bench, "handler") == {("handler", FIRM), ("quality_manager", FIRM)}
    invited(firm, login="new.handler", organisation=FIRM, role="handler")
    assert person_of(bench, "new.handler").organisation == FIRM


def test_a_firm_sees_only_its_own_people(firm: FlaskClient) -> None:
    page = firm.get("/identity/people").text
    assert "贾承办甲" in page
    assert "共 4 人" in page
    assert [firm.get(at(who)).status_code for who in ("handler2", "clerk", "administrator")] == [404] * 3
    assert firm.get("/identity/organisations").status_code == 403
    assert "/identity/organisations" not in page


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("administrator", FIRM), ("clerk", FIRM), ("handler", CENTRE), ("handler", "/demo-city/firm-b/"),
        ("handler", "/demo-city/"),
    ],
)  # fmt: skip
def test_a_firm_gives_only_its_roles_at_its_place(
    bench: Bench, firm: FlaskClient, role: str, place: str
) -> None:
    assert post(firm, at("handler4", "/roles"), role=role, organisation=place).status_code == 422
    assert standing(bench, "handler4") == {("handler", FIRM)}


def test_a_firm_does_not_touch_what_others_gave(bench: Bench, firm: FlaskClient) -> None:
    with bench.work() as work:
        grant(work, "handler", "expert", "/demo-city/")
    with bench.runtime.reading() as session:
        given = session.scalars(sa.select(RoleGrant).where(
            RoleGrant.person_id == IDS["handler"], RoleGrant.role == "expert")).one()  # fmt: skip
    assert post(firm, at("handler", "/roles/revoke"), id=str(given.id)).status_code == 403
    assert post(firm, at("handler", "/close"), why="离职").status_code == 403
    assert post(firm, at("handler", "/invite")).status_code == 403
    assert "还担任您不能管理的角色" in firm.get(at("handler")).text
    assert ("expert", "/demo-city/") in standing(bench, "handler")
    assert post(firm, at("handler4", "/close"), why="离职").status_code == 303


def test_a_centre_gives_its_station_an_account_of_its_own(bench: Bench, centre: FlaskClient) -> None:
    station = f"{CENTRE}station-a/"
    invited(centre, organisation=station, role="clerk")
    assert person_of(bench, "new.clerk").organisation == station
    assert "贾街道" in centre.get("/identity/people").text


@pytest.mark.parametrize(
    ("role", "place"), [("administrator", "/demo-city/"), ("clerk", "/demo-city/"), ("handler", FIRM)]
)
def test_a_centre_makes_nobody_more_than_itself(
    bench: Bench, centre: FlaskClient, role: str, place: str
) -> None:
    assert post(centre, at("clerk", "/roles"), role=role, organisation=place).status_code == 422
    assert standing(bench, "clerk") == {("clerk", CENTRE)}
    assert post(centre, at("clerk", "/roles"), role="administrator", organisation=CENTRE).status_code == 303


def test_a_centre_takes_no_hold_of_an_account_that_is_more(bench: Bench, centre: FlaskClient) -> None:
    with bench.work() as work:
        grant(work, "clerk", "administrator", "/demo-city/")
    for act in ("/invite", "/wake", "/close", "/open"):
        assert post(centre, at("clerk", act), why="x").status_code == 403
    form = {"name": "贾受理", "phone": "13800000011", "organisation": CENTRE}
    assert post(centre, at("clerk", "/change"), **form).status_code == 403
    assert centre.get(at("clerk", "/close")).status_code == 403


@pytest.mark.parametrize(
    "act", ["/roles", "/roles/revoke", "/invite", "/wake", "/close", "/open", "/sessions/end", "/change"]
)
def test_people_of_others_are_missing_for_every_act(bench: Bench, centre: FlaskClient, act: str) -> None:
    form = {
        "why": "x",
        "id": str(UUID(int=1)),
        "role": "clerk",
        "organisation": CENTRE,
        "name": "贾",
        "phone": "13800000011",
    }
    answers = [
        post(centre, f"/identity/people/{who}{act}", **form) for who in (IDS["dispatcher"], UUID(int=9))
    ]
    assert [a.status_code for a in answers] == [404, 404]
    missing, hidden = (without_nonce(answer.text) for answer in reversed(answers))
    assert hidden.replace(str(IDS["dispatcher"]), str(UUID(int=9))) == missing


def test_an_administrator_ends_a_session_of_their_people_at_once(bench: Bench, centre: FlaskClient) -> None:
    victim = logged_in(bench, "clerk")
    token, sid = token_of(victim), claims_of(victim)["sid"]
    strange = claims_of(logged_in(bench, "dispatcher"))["sid"]
    assert post(centre, at("clerk", "/sessions/end"), id=strange).status_code == 404
    assert post(centre, at("clerk", "/sessions/end"), id=sid).status_code == 303
    assert with_cookie(bench, token).get("/identity/account").status_code == 302
    assert [str(e.session_id) for e in bench.emitted(SessionEnded)] == [sid]
    assert "由管理员退出登录" in centre.get(at("clerk")).text


def test_sessions_are_known_by_device_and_last_use(bench: Bench) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    client = bench.client()
    client.post(
        "/identity/login",
        data={"login": "clerk", "password": "fayuan-demo-2026"},
        headers={"User-Agent": agent},
    )
    page = client.get("/identity/account").text
    assert "Windows 电脑，Edge 浏览器（现在这次）" in page
    assert "Mozilla" not in page
    assert "Windows 电脑，Edge 浏览器" in logged_in(bench, "administrator").get(at("clerk")).text
