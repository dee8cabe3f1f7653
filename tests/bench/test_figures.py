"""The parts of the engine's figures work, at sizes that cost next to nothing. No speed is tested here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.approvals import run
from bench.cloning import clone
from bench.figures import durable_step, statements_per_completion, step_growth, task_search, timers
from bench.figures import worker_memory as memory
from bench.house import House
from bench.measuring import Figure, judged
from bench.models import APPROVAL, DEADLINE, FORM, REWORK, REWORK_BESIDE, REWORK_LONG, TICKING
from bench.open_tasks import fill
from bench.servers import environment_of, settings_in
from services.workflow.models import Candidate, History, Instance, Timer
from shared.settings import Settings


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[House]:
    """The service on SQLite with all models of the figures."""
    models = (APPROVAL, FORM, DEADLINE, REWORK, REWORK_LONG, REWORK_BESIDE, TICKING)
    house = House(settings_in(tmp_path, f"sqlite:///{tmp_path}/{{service}}.db"), *models)
    yield house
    house.runtime.close()


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """The same on PostgreSQL."""
    house = House(settings_in(tmp_path, postgres_url), APPROVAL, FORM, DEADLINE)
    yield house
    house.runtime.close()


@pytest.mark.parametrize(
    ("at_least", "value", "reached"),
    [(False, 3.0, True), (False, 3.01, False), (True, 3.0, True), (True, 2.99, False)],
)
def test_a_target_is_a_ceiling_or_a_floor(at_least: bool, value: float, reached: bool) -> None:
    row = judged(Figure("x", "", 3, "/s", lambda: 0, at_least=at_least), value)
    assert (row.reached, row.target) == (reached, f"{'≥' if at_least else '≤'} 3 /s")


def test_steps_of_old_and_young_processes_are_compared(opened: House) -> None:
    assert step_growth.growth(opened, "rework-beside", rounds=2, pairs=6) > 0
    with opened.runtime.reading() as session:
        claimed = session.scalar(sa.select(sa.func.count()).where(History.kind == "task_completed"))
    assert claimed == 2 + 6 + 6


def test_a_durable_step_is_compared_with_the_library_alone(opened: House) -> None:
    assert durable_step.ratio(opened, 1) > 0


def test_a_worker_works_while_its_memory_is_watched(opened: House) -> None:
    assert memory.growth(opened, 30) < 100
    with opened.runtime.reading() as session:
        fired = session.scalars(sa.select(History).where(History.kind == "timer_fired")).all()
    assert len(fired) >= 25


def test_a_completion_is_at_most_twelve_statements_and_one_commit(on_postgres: House) -> None:
    assert statements_per_completion.count(on_postgres) <= 12


def test_timers_of_copied_processes_fire(on_postgres: House) -> None:
    assert timers.lateness(on_postgres, waiting=30, rate=50, seconds=0.2) < timers._PATIENCE_SECONDS
    with on_postgres.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Timer)) == 21
        ended = session.scalar(sa.select(sa.func.count()).where(Instance.status == "COMPLETED"))
    assert ended == 10


def test_copies_have_keys_of_their_own(on_postgres: House) -> None:
    template = on_postgres.start("deadline", of_case=False, due="2100-01-01T00:00:00+00:00")
    clone(on_postgres.runtime.engine, template.key, 3)
    with on_postgres.runtime.reading() as session:
        tokens = session.scalars(sa.select(Instance.tokens).order_by(Instance.key)).all()
        assert len(set(tokens)) == len(tokens) == 4
        waiting = session.execute(sa.select(Timer.key, Instance.tokens).join_from(
            Timer, Instance, Timer.instance_key == Instance.key)).all()  # fmt: skip
    assert all(str(key).encode() in tokens for key, tokens in waiting)


def test_many_open_tasks_are_searched(on_postgres: House) -> None:
    fill(on_postgres, 21_000)
    assert task_search.search_time(on_postgres, 1) > 0
    with on_postgres.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Candidate)) == 21_000


def test_approvals_are_started_and_completed_over_http() -> None:
    measured = run(8, workers=1)
    assert measured.starts > 0
    assert measured.completions > 0


def test_a_process_of_its_own_reads_the_settings_it_is_given(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "sqlite:///{service}.db")
    assert Settings.from_env(environment_of(settings)) == settings
