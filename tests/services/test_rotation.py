"""Keys rotate while people work: all opens and is found meanwhile, and names the new key at the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import rotation
from services.demo import seed_demo
from services.dispatch import app as dispatch
from services.dispatch.models import Case
from services.dispatch.rotation import take_turn_for
from services.identity import app as identity
from services.identity.logins.sessions import count_attempt
from services.identity.models import LoginAttempt, Person
from services.identity.people.accounts import LoginTaken, register_citizen
from services.identity.queries import login_index, person_by_login
from services.intake import app as intake
from services.intake.models import Application, Material
from services.rotation import KEPT, named, retire, rotate
from shared import field_keys
from shared.clock import SystemClock
from shared.contracts.intake import PartiesTold, RegisterApplication
from shared.database import table_of
from shared.field_keys import add_key, alone, read_keys, seal_with
from shared.service import Runtime
from tests.rig import START, Bench, person
from tests.services.dispatch.conftest import member, registered
from tests.services.intake.conftest import submitted

NOW = SystemClock().now()


@pytest.fixture(autouse=True)
def looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes notice a change of the keys at once."""
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0)


@pytest.fixture
def of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The services whose databases there are."""
    return lambda *names: monkeypatch.setattr(rotation, "SERVICES", names)


@pytest.fixture
def people(tmp_path: Path, of: Callable[..., None]) -> Iterator[Bench]:
    of("identity")
    bench = Bench(identity.SERVICE, tmp_path)
    seed_demo(bench.runtime)
    yield bench
    bench.runtime.close()


def keys_in_use(bench: Bench) -> set[str]:
    return {kid for _where, kid in named(bench.settings)}


def sign_up(runtime: Runtime, number: str) -> UUID:
    with runtime.transaction() as work:
        return register_citizen(work, name="贾轮换", mobile=number, password_hash="x").id


def name_of(runtime: Runtime, login: str) -> str | None:
    with runtime.reading() as session:
        found = person_by_login(session, runtime.keys, login)
        return found.name if found else None


@pytest.mark.clause("S0-10.1.1")
def test_after_a_rotation_everything_names_the_new_key_and_reads_as_before(people: Bench) -> None:
    sign_up(people.runtime, "13800000066")
    assert keys_in_use(people) == {"k1"}
    assert rotate(people.settings, NOW) == 0
    assert keys_in_use(people) == {"k2"}
    assert name_of(people.runtime, "13800000066") == "贾轮换"
    with people.runtime.reading() as session:
        indexes = dict(session.execute(sa.select(Person.login_index, Person.login)).tuples().all())
    assert all(login_index(people.runtime.keys, login) == index for index, login in indexes.items())
    assert [e.message() for e in people.envelopes()]  # what may have to be sent again opens too


def test_people_are_found_and_made_meanwhile_by_a_process_that_nobody_restarts(people: Bench) -> None:
    beside, stop, problems = Bench.beside(people), threading.Event(), []
    sign_up(people.runtime, "13800000000")

    def work_on() -> None:
        number = 13800000100
        while not stop.is_set():
            number += 1
            sign_up(beside.runtime, str(number))
            found = name_of(beside.runtime, "13800000000"), name_of(beside.runtime, str(number))
            if found != ("贾轮换", "贾轮换"):
                problems.append(found)

    writer = threading.Thread(target=work_on)
    writer.start()
    ended = [rotate(people.settings, NOW) for _ in range(2)]
    stop.set()
    writer.join()
    assert (ended, problems) == ([0, 0], [])
    assert rotate(people.settings, NOW) == 0
    assert keys_in_use(people) == {"k4"}
    beside.runtime.close()


def test_a_run_that_is_killed_goes_on_with_the_same_key(
    people: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "reindex", die)
        with pytest.raises(Killed):
            rotate(people.settings, NOW)
    assert keys_in_use(people) == {"k1", "k2"}  # columns done, indexes not
    assert name_of(people.runtime, "clerk")
    assert rotate(people.settings, NOW) == 0
    assert (keys_in_use(people), read_keys(people.settings.keys_dir).newest) == ({"k2"}, "k2")


def test_a_login_name_is_given_once_also_where_two_keys_index(people: Bench) -> None:
    sign_up(people.runtime, "13800000066")
    seal_with(people.settings.keys_dir, add_key(people.settings.keys_dir), NOW)
    with pytest.raises(LoginTaken):
        sign_up(people.runtime, "13800000066")
    with pytest.raises(LoginTaken):
        sign_up(Bench.beside(people).runtime, "13800000066")


def test_failures_of_names_that_nobody_knows_are_forgotten(people: Bench) -> None:
    with people.runtime.transaction() as work:
        count_attempt(work, people.runtime.keys.blind_index("nobody"), NOW)
    assert rotate(people.settings, NOW) == 0
    with people.runtime.reading() as session:
        assert session.scalar(sa.select(LoginAttempt)) is None


def test_a_key_goes_when_nothing_names_it_and_its_time_is_over(
    people: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_ROUNDS", 2)
    folder = people.settings.keys_dir
    rotate(people.settings, NOW)
    old = people.runtime.keys.seal("贾旧", "x")
    assert retire(people.settings, NOW + KEPT - timedelta(seconds=1)) == 1
    with people.work() as work:
        stored = sa.table("person", sa.column("phone"))
        work.session.execute(sa.update(stored).values(phone=old.replace(".k2.", ".k1.")))
    assert retire(people.settings, NOW + KEPT) == 1
    assert "identity.person" in capsys.readouterr().out
    assert "k1" in read_keys(folder).keys
    assert (
        rotate(people.settings, NOW, pause=lambda _: None) == 1
    )  # what does not open holds its key, and is told
    with people.work() as work:
        work.session.execute(sa.update(table_of(Person)).values(phone="13800000000"))
    rotate(people.settings, NOW)
    assert retire(people.settings, NOW + KEPT) == 0
    assert list(read_keys(folder).keys) == ["k3"]
    assert name_of(people.runtime, "clerk")


def test_every_process_can_open_before_any_seals(people: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0.5)
    seen: list[tuple[float, str, int]] = []

    def pause(seconds: float) -> None:
        known = read_keys(people.settings.keys_dir)
        seen.append((seconds, known.newest, len(known.keys)))

    rotate(people.settings, NOW, pause)
    assert seen[:2] == [(1.0, "k1", 2), (1.0, "k2", 2)]


def test_two_do_not_rotate_at_once(people: Bench) -> None:
    with alone(people.settings.keys_dir):
        assert rotate(people.settings, NOW) == 1
    assert read_keys(people.settings.keys_dir).newest == "k1"


def test_files_are_sealed_anew_and_the_same_case_is_still_found(
    tmp_path: Path, of: Callable[..., None]
) -> None:
    of("intake")
    bench = Bench(intake.SERVICE, tmp_path)
    client = bench.client("applicant", at="/", who="applicant")
    first = UUID(submitted(client)["id"])
    assert bench.deliver(RegisterApplication(case_id=first)).ended == "ack"
    with bench.runtime.reading() as session:
        contents = {
            m.sha256: bench.runtime.files.read(m.sha256) for m in session.scalars(sa.select(Material))
        }
    seal_with(bench.settings.keys_dir, add_key(bench.settings.keys_dir), NOW)
    second = UUID(submitted(client)["id"])  # between the keys
    rotate(bench.settings, NOW)
    third = UUID(submitted(client)["id"])
    with bench.runtime.reading() as session:
        same = [session.get_one(Application, case).same_as for case in (second, third)]
    assert same == [first, second]
    assert keys_in_use(bench) == {"k2"}
    assert {sha256: bench.runtime.files.read(sha256) for sha256 in contents} == contents
    told = bench.emitted(PartiesTold)
    assert [(t.case_id, t.opponents) for t in told] == [(first, {"names": ["示例乙某"]})]


def chosen(bench: Bench, case_id: UUID) -> UUID | None:
    """Whom the rotation would take now."""
    with suppress(_Undone), bench.work() as work:
        taken = take_turn_for(work.session.get_one(Case, case_id), work)
        found = taken and taken[1].member_id
        raise _Undone
    return found


class _Undone(Exception):
    pass


def test_a_conflict_of_interest_is_seen_at_every_moment_of_a_rotation(
    tmp_path: Path, of: Callable[..., None]
) -> None:
    of("dispatch")
    bench, told = Bench(dispatch.SERVICE, tmp_path), registered(opponents=("律师一", "律师二"))
    bench.deliver(told, job_key=None)
    bench.deliver(member("律师一", "firm-a"), job_key=None)
    assert chosen(bench, told.case_id) is None
    seal_with(bench.settings.keys_dir, add_key(bench.settings.keys_dir), START)
    assert chosen(bench, told.case_id) is None  # both old
    bench.deliver(member("律师二", "firm-b"), job_key=None)
    assert chosen(bench, told.case_id) is None  # a new member, an old case
    rotate(bench.settings, START)
    assert keys_in_use(bench) == {"k1", "k2"}  # the names of the other side are intake's to tell
    parties = PartiesTold(case_id=told.case_id, applicant=told.applicant, opponents=told.opponents)
    bench.deliver(parties, job_key=None)
    assert keys_in_use(bench) == {"k2"}
    assert chosen(bench, told.case_id) is None
    bench.deliver(member("律师三", "firm-c"), job_key=None)
    assert chosen(bench, told.case_id) == person("律师三")
