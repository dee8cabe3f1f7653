"""What a database says of locks, time and lost connections reaches nobody: 503 with when to come again."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from services.workflow.models import Instance
from shared.line import Line, Said
from tests.services.workflow.engine.drawing import end, ext, file, flows, process, start, user
from tests.services.workflow.house import House, someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
MODEL = file(process(start(), user("a", CLERK), user("z", CLERK), end(), flows("s a z e")))


@pytest.fixture
def waiting(house_on_postgres: House) -> House:
    house_on_postgres.deploy(MODEL)
    house_on_postgres.start()
    return house_on_postgres


def complete(house, accept="application/json", path="/v2/user-tasks/{}/completion"):
    """What the person is answered."""
    client = house.client("clerk", who="ann")
    return client.post(path.format(house.task("a").key), json={}, headers={"Accept": accept})


def refused_for_now(answer):
    """Nothing was done, and it says when to come again."""
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"] == "系统正忙，刚才的操作没有保存，请稍后再试一次。"


def test_postgresql_gives_up_waiting(waiting):
    with waiting.runtime.reading() as session:
        times = [session.scalar(sa.text(f"SHOW {name}")) for name in ("lock_timeout", "statement_timeout")]
    assert times == ["5s", "30s"]


def test_who_waits_too_long_for_an_instance_is_told_to_come_again(waiting):
    with told_before(waiting, "SET LOCAL lock_timeout = '20ms'"), waiting.runtime.transaction() as work:
        work.session.get(Instance, waiting.instance().key, with_for_update=True)
        refused_for_now(complete(waiting))
    assert complete(waiting).status_code == 204, "the same request again"
    assert waiting.open_tasks() == ["z"]
    assert len(waiting.submissions()) == 1


@contextmanager
def told_before(house: House, statement: str) -> Iterator[None]:
    """Every transaction of the house begins with this statement."""
    engine = house.runtime.engine

    def tell(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)

    sa.event.listen(engine, "begin", tell)
    try:
        yield
    finally:
        sa.event.remove(engine, "begin", tell)


BUSY = ("40P01", "40001", "55P03", "57014", "57P01")


def test_deadlocks_and_their_like(waiting):
    """Also a key that two wrote at once; a fault of ours stays one."""
    for state, status in {**dict.fromkeys(BUSY, 503), "23505": 409, "23502": 500}.items():
        with failing(state):
            answer = complete(waiting)
        assert answer.status_code == status, state
        assert "secret" not in answer.text
        if status == 503:
            refused_for_now(answer)
        assert waiting.open_tasks() == ["a"]
    assert complete(waiting).status_code == 204


@contextmanager
def failing(state: str) -> Iterator[None]:
    """PostgreSQL answers a step's last statement with this error."""
    raising = Said(f"DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '{state}'; END $$")
    put_off = Line.put_off

    def fail(line: Line, statement: Said) -> None:
        put_off(line, raising if 'UPDATE "instance"' in statement.text else statement)

    with patch.object(Line, "put_off", fail):
        yield


def test_a_person_reads_it_on_a_page(waiting):
    with told_before(waiting, "SET LOCAL lock_timeout = '20ms'"), waiting.runtime.transaction() as work:
        work.session.get(Instance, waiting.instance().key, with_for_update=True)
        answer = complete(waiting, "text/html", "/workflow/tasks/{}/claim")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "系统正忙" in answer.text
