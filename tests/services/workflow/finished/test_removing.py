"""What the policy does not keep for ever goes, and the history says so."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.__main__ import verify_history
from services.identity import app as identity
from services.workflow import instances
from services.workflow.finished.removing import years_before
from services.workflow.finished.tombstones import verify_removed
from services.workflow.models import (
    BatchItem,
    BatchOperation,
    CaseMaterial,
    DecisionInstance,
    FinishedInstance,
    FinishedKey,
    History,
    Instance,
    Recusal,
    RemovedInstance,
    StoredSubmission,
    Upload,
)
from services.workflow.models.batches import CANCEL, DONE, RUNNING
from shared.errors import Sealed
from shared.service import Runtime
from tests.rig import CASE, CENTRE, START, make_tables, person
from tests.services.workflow.finished.past import ANN, DAY, deployed, keeping, lived, put_away, tidy
from tests.services.workflow.pages.conftest import registered

CONTENT = "0" * 64
KEPT = (History, StoredSubmission, FinishedInstance, FinishedKey, Instance, Upload, CaseMaterial, Recusal)


def archive(house, state="ARCHIVED"):
    """The newest instance has spoken its last word about the case."""
    with house.work() as work:
        newest = sa.select(sa.func.max(Instance.key)).scalar_subquery()
        work.session.execute(sa.update(Instance).where(Instance.key == newest).values(case_state=state))


def rest(house, days=1):
    house.clock.moment += days * DAY
    tidy(house)


@pytest.fixture
def old(house):
    """An archived case whose instance was put away; a year is its time there."""
    deployed(house)
    house.deliver(registered(), job_key=None)
    lived(house)
    archive(house)
    house.runtime.files._folder.mkdir(parents=True)
    house.runtime.files.path(CONTENT).write_bytes(b"sealed")
    with house.work() as work:
        work.session.add(Upload(
            id=UUID(int=9), instance_key=house.instance().key, task_key=1, case_id=CASE, sha256=CONTENT,
            size=1, kept=True, media_type="text/plain", name="n", by=person("ann"), at=house.clock.now(),
        ))  # fmt: skip
        work.session.add(Recusal(
            id=UUID(int=8), case_id=CASE, person_id=person("ann"), role="reviewer", reason="other", text="t",
            at=house.clock.now(), by=person("ann"),
        ))  # fmt: skip
    keeping(house, kept_years=1)
    rest(house, 31)
    assert put_away(house)
    return house


def left(house):
    return [len(house.rows(table)) for table in KEPT]


def checked(house):
    with house.runtime.reading() as session:
        return verify_removed(session)


def test_a_case_goes_when_its_time_is_over_and_not_before(old):
    instance = old.instance()
    old.clock.moment = instance.ended_at.replace(year=instance.ended_at.year + 1) - timedelta(hours=1)
    before = left(old)
    tidy(old)
    assert (left(old), checked(old)) == (before, (0, None))
    old.clock.moment += timedelta(hours=2)
    tidy(old)
    assert left(old) == [0] * len(KEPT)
    [row] = old.rows(RemovedInstance)
    assert (row.instance_key, row.process_id, row.case_id) == (instance.key, "p", CASE)
    assert (row.history_length, row.history_hash) == (instance.history_length, instance.history_hash)
    assert (row.ended_at, row.removed_at > row.ended_at) == (instance.ended_at, True)
    assert old.intact()
    assert checked(old) == (1, None)


def test_without_a_period_everything_is_kept(old):
    keeping(old, kept_years=None)
    before = left(old)
    rest(old, 365 * 50)
    assert (left(old), checked(old)) == (before, (0, None))


def test_a_case_that_is_not_archived_stays(old):
    archive(old, "CLOSED")
    before = left(old)
    rest(old, 800)
    assert left(old) == before


def test_all_processes_of_a_case_go_together(house):
    deployed(house)
    lived(house)
    archive(house)
    keeping(house, kept_years=1)
    rest(house, 200)
    with house.work() as work:  # a process that begins beside the archived case, as by a message
        work.session.execute(sa.update(Instance).values(case_state=None))
    house.start("side", age=1)
    house.complete("x", ANN)
    archive(house)
    rest(house, 200)
    assert len(put_away(house)) == 2
    assert checked(house) == (0, None)
    rest(house, 200)
    assert checked(house) == (2, None)
    assert put_away(house) == []


def test_an_open_process_holds_its_case_back(old):
    with old.work() as work:
        work.session.execute(sa.update(Instance).values(case_state=None))
    old.start("side", age=1)
    archive(old)
    rest(old, 800)
    assert checked(old) == (0, None)


def test_nothing_begins_in_a_case_that_was_removed(old):
    rest(old, 400)
    assert checked(old)[0] == 1
    with old.work() as work, pytest.raises(Sealed):
        instances.create_instance(work, "side", {"agency": CENTRE}, case_id=CASE)


def test_an_instance_without_a_case_goes_by_itself(house):
    deployed(house)
    lived(house, case_id=None)
    keeping(house, kept_years=1)
    rest(house, 31)
    rest(house, 364)
    assert checked(house) == (1, None)


def test_a_file_that_another_upload_holds_stays(old):
    with old.work() as work:
        [row] = work.session.scalars(sa.select(Upload)).all()
        values = {c.key: getattr(row, c.key) for c in sa.inspect(Upload).column_attrs}
        work.session.add(Upload(**{**values, "id": UUID(int=10), "instance_key": 1}))
    path = old.runtime.files.path(CONTENT)
    rest(old, 400)
    assert (len(old.rows(Upload)), path.exists()) == (1, True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE removed_instance SET process_id = 'other' WHERE number = 1",
        "UPDATE removed_instance SET history_length = 1 WHERE number = 2",
        "UPDATE removed_instance SET removed_at = '2020-01-01 00:00:00.000000' WHERE number = 1",
        "DELETE FROM removed_instance WHERE number = 1",
        "INSERT INTO history (instance_key, number, at, kind, body, hash) "
        "SELECT instance_key, 1, removed_at, 'x', '{}', hash FROM removed_instance WHERE number = 1",
    ],
)
def test_any_change_of_what_is_left_is_found(house, change):
    deployed(house)
    for _ in range(2):
        house.start("side", case_id=None)
        house.complete("x", ANN)
    keeping(house, kept_years=1)
    rest(house, 31)
    rest(house, 400)
    assert checked(house) == (2, None)
    with house.work() as work:
        assert work.session.execute(sa.text(change)).rowcount == 1
    assert checked(house)[1] is not None


def test_the_command_line_says_how_many_were_removed(old, capsys):
    make_tables(Runtime(identity.SERVICE, old.settings))  # the log that the same command looks at
    assert verify_history(old.settings) == 0
    assert capsys.readouterr().out == "历史记录完整 / history is intact\n"
    rest(old, 400)
    assert verify_history(old.settings) == 0
    assert "removed by policy: 1" in capsys.readouterr().out
    with old.work() as work:
        work.session.execute(sa.text("UPDATE removed_instance SET process_id = 'other'"))
    assert verify_history(old.settings) == 1
    assert "removed instance 1" in capsys.readouterr().out


def test_a_leap_day_has_no_year_to_come_back_to():
    leap_day = START.replace(year=2028, month=2, day=29)
    assert years_before(leap_day, 1) == leap_day.replace(year=2027, day=28)
    assert years_before(leap_day, 4) == leap_day.replace(year=2024)


def batch(house, key, ended_at, items):
    with house.work() as work:
        work.session.add(BatchOperation(
            key=key, kind=CANCEL, status=DONE if ended_at else RUNNING, plan=None, reason="", by="boss",
            created_at=house.clock.now(), ended_at=ended_at,
        ))  # fmt: skip
        work.session.add_all(
            BatchItem(batch_key=key, instance_key=n, status=DONE, problem=None, processed_at=None)
            for n in range(items)
        )


def test_results_of_batch_operations_are_forgotten_after_their_period(house):
    now = house.clock.now()
    for key, ended_at, items in ((1, now - 367 * DAY, 501), (2, now - 365 * DAY, 1), (3, None, 1)):
        batch(house, key, ended_at, items)
    tidy(house)
    assert [row.key for row in house.rows(BatchOperation)] == [2, 3]
    assert [row.batch_key for row in house.rows(BatchItem)] == [2, 3]


def test_decisions_of_no_process_are_forgotten_after_their_period(house):
    deployed(house)
    lived(house)
    asked = {"decisionDefinitionId": "free", "variables": {"age": 70}}
    owner = house.client("process_owner", who="boss")
    assert owner.post("/v2/decision-definitions/evaluation", json=asked).status_code == 200
    with house.work() as work:
        alone = sa.update(DecisionInstance).where(DecisionInstance.instance_key.is_(None))
        work.session.execute(alone.values(at=house.clock.now() - 366 * DAY + timedelta(minutes=1)))
    tidy(house)
    assert len(house.rows(DecisionInstance)) == 2
    house.clock.moment += timedelta(hours=2)
    tidy(house)
    assert [row.instance_key for row in house.rows(DecisionInstance)] == [house.instance().key]
