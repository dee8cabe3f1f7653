"""Two at once on PostgreSQL: administrators removing each other, many guesses of one password."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from services import rotation
from services.demo import seed_demo
from services.identity.access.log import first_changed, keep_access
from services.identity.app import SERVICE
from services.identity.logins.sessions import TooManyAttempts, count_attempt
from services.identity.models import AccessEntry, Person
from services.identity.people.accounts import LoginTaken, register_citizen
from services.identity.people.lifecycle import close_account
from services.identity.people.roles import AdministratorsTooFew, give_role
from services.identity.queries import administrators, login_index, person_by_login
from services.identity.rules import FAILURES
from shared import field_keys, migrations
from shared.clock import SystemClock
from shared.database import table_of
from shared.service import Runtime
from tests.rig import settings_in
from tests.services.identity.conftest import IDS
from tests.services.identity.test_access_log import looked

NOW = SystemClock().now()


@pytest.fixture
def runtime(tmp_path: Path, postgres_url: str) -> Iterator[Runtime]:
    migrations.upgrade(SERVICE, postgres_url)
    runtime = Runtime(SERVICE, settings_in(tmp_path, database_url=postgres_url))
    seed_demo(runtime)
    yield runtime
    runtime.close()


def test_administrators_cannot_remove_each_other_at_the_same_moment(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        third = work.session.get_one(Person, IDS["clerk"])
        give_role(work, third, "administrator", "/demo-city/", by=None)
    circle = [IDS["administrator"], IDS["administrator2"], IDS["clerk"]]

    def remove(number: int) -> None:
        with suppress(AdministratorsTooFew), runtime.transaction() as work:
            victim = work.session.get_one(Person, circle[(number + 1) % 3])
            close_account(work, victim, circle[number], NOW, "离职")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(remove, range(3)))
    with runtime.reading() as session:
        assert len(administrators(session, "/demo-city/")) == 2


def test_many_guesses_at_once_are_counted_one_by_one(runtime: Runtime) -> None:
    index = login_index(runtime.keys, "clerk")

    def guess(_number: int) -> bool:
        try:
            with runtime.transaction() as work:
                count_attempt(work, index, NOW)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(16))) == FAILURES


def test_one_number_signs_up_once_however_many_try(runtime: Runtime) -> None:
    def sign_up(_number: int) -> bool:
        try:
            with runtime.transaction() as work:
                register_citizen(work, name="贾同时", mobile="13800000066", password_hash="x")
        except LoginTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sign_up, range(4))) == 1


def test_keys_rotate_on_postgresql_while_many_sign_up_and_one_holds_a_row(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "SERVICES", ("identity",))
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0.05)
    settings, held = runtime.settings, threading.Event()

    def hold(_number: int) -> None:
        with runtime.transaction() as work:  # somebody works on a row when the rotation comes by
            work.session.get_one(Person, IDS["clerk"], with_for_update=True).name = "贾持有"
            work.session.flush()
            held.set()
            time.sleep(1)

    def sign_up(number: int) -> bool:
        held.wait()
        try:
            with runtime.transaction() as work:  # each number twice, before and after the keys change
                register_citizen(work, name="贾同时", mobile=f"1380000{number // 2:04}", password_hash="x")
        except LoginTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        holding, signed = pool.submit(hold, 0), pool.map(sign_up, range(60))
        held.wait()
        assert [rotation.rotate(settings, NOW) for _ in range(2)] == [0, 0]
        assert sum(signed) == 30
        holding.result()
    rotation.rotate(settings, NOW)
    assert {kid for _where, kid in rotation.named(settings)} == {"k4"}
    with runtime.reading() as session:
        assert session.get_one(Person, IDS["clerk"]).name == "贾持有"
        assert person_by_login(session, runtime.keys, "13800000029")


def test_the_access_log_is_one_chain_however_many_write_and_only_its_notes_are_sealed_anew(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(number: int) -> None:
        with runtime.transaction() as work:
            keep_access(looked(case_number=f"{number}", note={"text": "说明"}), work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(16)))
    monkeypatch.setattr(rotation, "SERVICES", ("identity",))
    assert rotation.rotate(runtime.settings, NOW) == 0
    table = table_of(AccessEntry)
    for statement in (sa.update(table).values(case_number="x"), sa.delete(table)):
        with pytest.raises(DatabaseError, match="only added to"), runtime.transaction() as work:
            work.session.execute(statement)
    with runtime.reading() as session:
        assert first_changed(session) is None
        assert session.scalars(sa.select(AccessEntry.note)).all() == ["说明"] * 16
