"""Eight dispatchers at once on PostgreSQL."""

import threading
from collections import Counter
from pathlib import Path
from uuid import uuid5

import pytest
import sqlalchemy as sa

from services.dispatch.app import SERVICE
from services.dispatch.models import Assignment, Member, Turn
from shared.contracts.dispatch import TakeTurn
from shared.database import ensure_schema
from shared.service import Runtime
from tests.rig import CASE, Bench
from tests.services.dispatch.conftest import member, registered

DISPATCHERS = 8
ROUNDS = 3
MEMBERS = 5


@pytest.fixture
def bench(tmp_path: Path, postgres_url: str) -> Bench:
    engine = sa.create_engine(postgres_url)
    ensure_schema(engine, "dispatch")
    engine.dispose()
    return Bench(SERVICE, tmp_path, database_url=postgres_url)


@pytest.mark.clause("S0-7.4.4a", "S0-7.4.4b")
def test_no_turn_is_doubled_and_the_rotation_stays_strict(bench: Bench) -> None:
    for n in range(MEMBERS):
        bench.deliver(member(f"律师{n}", f"firm-{n}"), job_key=None)
    cases = [uuid5(CASE, str(n)) for n in range(DISPATCHERS * ROUNDS)]
    for n, case_id in enumerate(cases):
        bench.deliver(registered(case_id, f"申请人{n}", (f"对方{n}",)), job_key=None)
    start = threading.Barrier(DISPATCHERS)

    def dispatcher(mine: list) -> None:
        own = Bench.beside(bench)
        start.wait()
        for case_id in mine:
            assert own.deliver(TakeTurn(case_id=case_id), message_id=case_id).ended == "ack"
        own.runtime.close()

    threads = [threading.Thread(target=dispatcher, args=(cases[n::DISPATCHERS],)) for n in range(DISPATCHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    runtime: Runtime = bench.runtime
    with runtime.reading() as session:
        per_member = Counter(session.scalars(sa.select(Assignment.member_id)))
        assert sum(per_member.values()) == len(cases)
        assert max(per_member.values()) - min(per_member.values()) <= 1
        assert {m.member_id: m.turns for m in session.scalars(sa.select(Member))} == dict(per_member)
        assert session.scalar(sa.select(sa.func.count()).select_from(Turn)) == len(cases)
    runtime.close()
