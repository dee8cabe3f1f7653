"""Two at once on PostgreSQL: administrators removing each other, many guesses of one password."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from services.demo import seed_demo
from services.identity.accounts import LoginTaken, register_citizen
from services.identity.app import SERVICE
from services.identity.lifecycle import close_account
from services.identity.models import Person
from services.identity.queries import administrators, login_index
from services.identity.roles import AdministratorsTooFew, give_role
from services.identity.rules import FAILURES
from services.identity.sessions import TooManyAttempts, count_attempt
from shared import migrations
from shared.clock import SystemClock
from shared.service import Runtime
from tests.rig import settings_in
from tests.services.identity.conftest import IDS

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
