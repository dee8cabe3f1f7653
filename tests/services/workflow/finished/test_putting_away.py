"""An instance that is over leaves the busy tables, and nobody sees a difference."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.workflow.finished.document import PUT_AWAY
from services.workflow.finished.putting_away import put_away as put_away_one
from services.workflow.finished.tidying import TIDYING
from services.workflow.models import History, Instance, StoredSubmission, Upload
from tests.rig import CASE, person, without_nonce
from tests.services.workflow.dying import Killed, dying, everything, undisturbed
from tests.services.workflow.finished.past import (
    ANN,
    DAY,
    deployed,
    lived,
    put_away,
    questions,
    tidy,
)

PERIOD = timedelta(days=30)
OTHER = UUID("01890000-0000-7000-8000-000000000002")
SEED = UUID("01890000-0000-7000-8000-00000000000b")


def left_in_tables(house):
    return {table.__tablename__: len(house.rows(table)) for table in PUT_AWAY}


@pytest.fixture(params=["house", "house_on_postgres"])
def somewhere(request):
    """On either database."""
    house = request.getfixturevalue(request.param)
    deployed(house)
    return house


@pytest.fixture
def over(house):
    """One instance of a case that is over."""
    deployed(house)
    return house, lived(house)


def test_what_was_put_away_is_shown_as_before(somewhere):
    key = lived(somewhere)
    asked = questions(somewhere, key)
    before = {name: ask() for name, ask in asked.items()}
    refused = {name: answer[0] for name, answer in before.items() if answer[0] not in (200, 204)}
    assert refused == {}
    empty = [
        name for name, (_, shown) in before.items() if isinstance(shown, dict) and shown.get("items") == []
    ]
    assert empty == []
    somewhere.clock.moment += PERIOD + DAY
    tidy(somewhere)
    assert put_away(somewhere) == [key]
    assert set(left_in_tables(somewhere).values()) == {0}
    for name, ask in asked.items():
        assert ask() == before[name], name
    assert somewhere.intact()


def test_it_goes_when_its_period_is_over_and_not_before(over):
    house, key = over
    ended = house.instance().ended_at
    house.clock.moment = ended + PERIOD - timedelta(seconds=1)
    tidy(house)
    assert put_away(house) == []
    house.clock.moment = ended + PERIOD + timedelta(hours=2)
    tidy(house)
    assert put_away(house) == [key]
    assert len(house.rows(StoredSubmission)) == 2
    assert len(house.rows(History)) == house.instance().history_length


def test_an_open_sibling_holds_it_back_and_another_case_does_not(over):
    house, key = over
    house.start("side", age=1)
    house.start("side", case_id=OTHER, age=1)
    house.clock.moment += PERIOD + DAY
    tidy(house)
    assert put_away(house) == []
    house.complete("x", ANN)
    house.clock.moment += timedelta(hours=2)
    tidy(house)
    assert put_away(house) == [key]


def test_each_goes_by_its_own_end_and_the_case_shows_both(over):
    house, key = over
    house.clock.moment += PERIOD
    house.start("side", age=1)
    house.complete("x", ANN)
    page = without_nonce(house.client("clerk", who="ann").get(f"/workflow/cases/{CASE}").text)
    assert "流程“审查”结束" in page
    house.clock.moment += DAY
    tidy(house)
    assert put_away(house) == [key]
    shown = house.client("clerk", who="ann").get(f"/workflow/cases/{CASE}").text
    assert without_nonce(shown) == page
    both = {"filter": {"businessId": str(CASE)}}
    found = house.client("process_owner", who="boss").post("/v2/user-tasks/search", json=both).json["items"]
    assert [task["elementId"] for task in found] == ["a", "b", "x"]


def test_instances_without_a_case_go_one_by_one(house):
    deployed(house)
    first, second = lived(house, case_id=None), lived(house, case_id=None)
    house.clock.moment += PERIOD + DAY
    seen = []
    for _ in range(8):
        tidy(house, 1)
        seen.append(put_away(house))
    assert [gone for gone, _ in itertools.groupby(seen)] == [[], [first], [first, second]]


def test_an_upload_that_nobody_handed_in_is_forgotten_first(over):
    house, key = over
    with house.work() as work:
        work.session.add(Upload(
            id=SEED, instance_key=key, task_key=1, case_id=CASE, sha256="0" * 64, size=1, kept=False,
            media_type="text/plain", name="n", by=person("ann"), at=house.clock.now(),
        ))  # fmt: skip
    house.clock.moment += PERIOD + DAY
    tidy(house)
    assert put_away(house) == []
    with house.work() as work:
        work.session.execute(sa.update(Upload).values(kept=True))
    house.clock.moment += timedelta(hours=2)
    tidy(house)
    assert put_away(house) == [key]


def test_it_may_die_before_any_statement(over):
    house, key = over
    house.clock.moment += PERIOD + DAY

    def act():
        with house.runtime.transaction(seed=SEED) as work:
            assert put_away_one(work, key)

    before = everything(house)
    said, expected = undisturbed(house, act)
    assert len(said) > 10
    for number in range(1, len(said) + 1):
        with dying(house.runtime.engine, number), pytest.raises(Killed):
            act()
        assert everything(house) == before, said[number - 1]
    act()
    assert everything(house) == expected


def test_it_is_put_away_once(over):
    house, key = over
    with house.work() as work:
        assert put_away_one(work, key)
    with house.work() as work:
        assert not put_away_one(work, key)


def test_a_running_instance_is_never_put_away(house):
    deployed(house)
    key = house.start(age=70)
    with house.work() as work:
        assert not put_away_one(work, key)
    house.clock.moment += 100 * DAY
    tidy(house)
    assert put_away(house) == []


def test_after_a_round_there_is_a_rest(over):
    house, _ = over
    tidy(house)
    assert not _waits(house)
    house.clock.moment += timedelta(minutes=59)
    assert not _waits(house)
    house.clock.moment += timedelta(minutes=2)
    assert _waits(house)


def _waits(house):
    with house.runtime.reading() as session:
        return TIDYING.waits(session, house.clock.now())


def test_two_workers_do_not_put_away_the_same(house_on_postgres):
    house = house_on_postgres
    deployed(house)
    key = lived(house)
    with house.runtime.transaction() as first, house.runtime.transaction() as second:
        assert put_away_one(first, key)
        assert not put_away_one(second, key)
    assert put_away(house) == [key]
    assert [row.put_away_at is None for row in house.rows(Instance)] == [False]
