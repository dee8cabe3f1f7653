"""Roles with dates: they count from their first moment to their last, and no token outlives them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.identity.logins.sessions import start_session
from services.identity.models import Person, RoleGrant
from services.identity.people.roles import TURNS, Term, grant_role
from shared.clock import SHANGHAI, SystemClock
from shared.contracts.identity import PersonChanged, RolesChanged
from tests.rig import CENTRE, START, Bench
from tests.services.identity.conftest import IDS, claims_of, logged_in, post

SECOND = timedelta(seconds=1)
TODAY = START.astimezone(SHANGHAI).date()
MIDNIGHT = datetime(2026, 9, 25, tzinfo=SHANGHAI)
"""The end of the bench's day in Shanghai."""


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def give(client: FlaskClient, **days: str) -> int:
    """What became of making the clerk an archivist on these days."""
    form = {"role": "archivist", "organisation": CENTRE, **days}
    return post(client, f"/identity/people/{IDS['clerk']}/roles", **form).status_code


def roles(bench: Bench) -> set[str]:
    """The roles in a token made for the clerk now."""
    return {r["role"] for r in claims_of(logged_in(bench, "clerk"))["roles"]}


def told(bench: Bench) -> set[str]:
    """The roles of the clerk as everyone was told last."""
    heard = [p for p in bench.emitted(PersonChanged) if p.person_id == IDS["clerk"]]
    return {r["role"] for r in heard[-1].roles}


def turn(bench: Bench) -> int:
    """Let the clock do what is due; how often it did something."""
    turns = 0
    with bench.runtime.reading() as session:
        waits = TURNS.waits(session, bench.clock.now())
        assert TURNS.due is not None
        due = TURNS.due(session)
    assert waits is (due is not None and due <= bench.clock.now())
    while waits:
        with bench.work() as work:
            waits = TURNS.act(work)
        turns += waits
    return turns


@pytest.mark.clause("S0-9.1")
@pytest.mark.parametrize(("at", "counts"), [(MIDNIGHT - SECOND, True), (MIDNIGHT, False)])
def test_a_role_counts_to_the_end_of_its_last_day(
    bench: Bench, admin: FlaskClient, at: datetime, counts: bool
) -> None:
    assert give(admin, ends_on=str(TODAY)) == 303
    assert told(bench) == {"clerk", "archivist"}
    bench.clock.moment = at
    assert ("archivist" in roles(bench)) is counts  # before the clock came by
    assert turn(bench) == (not counts)
    assert ("archivist" in told(bench)) is counts
    assert ("archivist" in roles(bench)) is counts


@pytest.mark.parametrize(("at", "counts"), [(MIDNIGHT - SECOND, False), (MIDNIGHT, True)])
def test_a_role_counts_from_the_beginning_of_its_first_day(
    bench: Bench, admin: FlaskClient, at: datetime, counts: bool
) -> None:
    assert give(admin, starts_on=str(TODAY + timedelta(days=1))) == 303
    assert told(bench) == {"clerk"}
    bench.clock.moment = at
    assert ("archivist" in roles(bench)) is counts
    changes = len(bench.emitted(RolesChanged))
    assert turn(bench) == counts
    assert ("archivist" in told(bench)) is counts
    assert len(bench.emitted(RolesChanged)) == changes + counts


def test_a_role_of_some_days_begins_and_ends_on_record(bench: Bench, admin: FlaskClient) -> None:
    give(admin, starts_on="2026-09-25", ends_on="2026-09-26")
    for day in (25, 26, 27):
        bench.clock.moment = datetime(2026, 9, day, tzinfo=SHANGHAI)
        turn(bench)
    with bench.runtime.reading() as session:
        grant = session.scalars(sa.select(RoleGrant).where(RoleGrant.role == "archivist")
                                .where(RoleGrant.person_id == IDS["clerk"])).one()  # fmt: skip
    assert (grant.revoked_at, grant.revoked_by) == (datetime(2026, 9, 27, tzinfo=SHANGHAI), None)
    page = admin.get(f"/identity/people/{IDS['clerk']}").text
    assert page.index("角色到期") < page.index("角色开始生效") < page.index("给予角色：归档人员")


@pytest.mark.parametrize(
    ("left", "lasts"),
    [
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(hours=8), timedelta(hours=8)),
        (timedelta(hours=8, seconds=1), timedelta(hours=8)),
        (None, timedelta(hours=8)),
    ],
)
def test_no_token_outlives_a_role_it_names(bench: Bench, left: timedelta | None, lasts: timedelta) -> None:
    now = SystemClock().now()
    term = Term(ends_at=START + left) if left else Term()
    with bench.work() as work:
        clerk = work.session.get_one(Person, IDS["clerk"])
        grant_role(work, clerk, "archivist", CENTRE, IDS["administrator"], now, term)
    with bench.work() as work:
        ticket = start_session(work, IDS["clerk"], "csrf", now)
    assert ticket is not None
    assert ticket.lifetime == lasts


def test_roles_of_several_grants_add_up(bench: Bench, admin: FlaskClient) -> None:
    give(admin)
    post(admin, f"/identity/people/{IDS['clerk']}/roles", role="reviewer", organisation="/demo-city/")
    assert roles(bench) == {"clerk", "archivist", "reviewer"}


def test_dates_of_a_role_can_be_changed_and_given_up(bench: Bench, admin: FlaskClient) -> None:
    give(admin, ends_on="2026-09-30")
    give(admin, ends_on="2026-12-31")
    said = len(bench.emitted())
    give(admin, ends_on="2026-12-31")
    assert len(bench.emitted()) == said
    assert "2026年12月31日" in admin.get(f"/identity/people/{IDS['clerk']}").text
    give(admin)
    bench.clock.moment = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    assert turn(bench) == 0
    assert "archivist" in roles(bench)


def test_a_role_that_ran_out_can_be_given_again_at_once(bench: Bench, admin: FlaskClient) -> None:
    give(admin, ends_on=str(TODAY))
    bench.clock.moment = MIDNIGHT
    assert give(admin) == 303
    assert "archivist" in roles(bench)
    assert turn(bench) == 0


def test_a_coming_end_is_shown_thirty_days_before(bench: Bench, admin: FlaskClient) -> None:
    give(admin, ends_on="2026-10-25")
    client = logged_in(bench, "clerk")
    assert "归档人员（示范市法律援助中心，到2026年10月25日为止）" in client.get("/identity/account").text
    bench.clock.moment = datetime(2026, 9, 26, tzinfo=SHANGHAI) - SECOND
    assert "角色快到期" not in admin.get("/identity/people").text
    bench.clock.moment += SECOND
    assert "角色快到期" in admin.get("/identity/people").text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"ends_on": str(TODAY - timedelta(days=1))}, "结束日期不能早于今天。"),
        ({"starts_on": "2026-10-02", "ends_on": "2026-10-01"}, "结束日期不能早于开始日期。"),
        ({"ends_on": "明年"}, "请填写日期，例如 2026-07-01。"),
    ],
)
def test_wrong_days_give_nothing(bench: Bench, admin: FlaskClient, days: dict[str, Any], said: str) -> None:
    form = {"role": "archivist", "organisation": CENTRE, **days}
    answer = post(admin, f"/identity/people/{IDS['clerk']}/roles", **form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert roles(bench) == {"clerk"}


@pytest.mark.clause("S0-10.1.3")
def test_administrators_for_a_time_do_not_count_as_the_two_that_stay(
    bench: Bench, admin: FlaskClient
) -> None:
    form = {"role": "administrator", "organisation": "/demo-city/", "ends_on": "2026-12-31"}
    two = f"/identity/people/{IDS['administrator2']}"
    post(admin, f"/identity/people/{IDS['clerk']}/roles", **form)
    assert post(admin, f"{two}/roles", **form).status_code == 409
    assert post(admin, f"{two}/close", why="离职").status_code == 409
    post(admin, f"/identity/people/{IDS['clerk']}/roles", **form | {"ends_on": ""})
    assert post(admin, f"{two}/roles", **form).status_code == 303


def test_terms_are_whole_days_in_shanghai() -> None:
    days = Term.of_days(date(2026, 9, 25), date(2026, 9, 25), TODAY)
    assert days == Term(MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert Term.of_days(TODAY, None, TODAY) == Term()
