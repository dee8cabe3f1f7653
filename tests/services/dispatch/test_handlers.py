"""What dispatch does when told, each message also delivered twice."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import pytest
import sqlalchemy as sa

from services.dispatch.app import SERVICE
from services.dispatch.models import Assignment, Consideration, Member, Turn
from shared.contracts.dispatch import (
    CaseAccepted,
    CaseAssigned,
    LapseResponse,
    NobodyAvailable,
    RecordEscalation,
    RecordSealed,
    ResponseRecorded,
    SealRecord,
    TakeTurn,
    TurnTaken,
)
from shared.contracts.submission import Submission
from tests.rig import CASE, Bench, person
from tests.services.dispatch.conftest import OTHER, member, registered, response


def taken(bench: Bench) -> list[TurnTaken]:
    return bench.emitted(TurnTaken)


def rows(bench: Bench, model: type) -> list:
    with bench.runtime.reading() as session:
        return list(session.scalars(sa.select(model)))


def turns(bench: Bench) -> dict[str, int]:
    return {m.names["name"]: m.turns for m in rows(bench, Member)}


def test_before_the_registration_the_command_comes_again(tmp_path: Path) -> None:
    bench = Bench(SERVICE, tmp_path)
    assert bench.deliver(TakeTurn(case_id=CASE)).ended == "retry"


@pytest.mark.clause("S0-7.4.4a", "S0-7.4.4b", "S0-7.1c")
def test_the_longest_waiting_member_is_assigned_once(bench: Bench) -> None:
    bench.twice(TakeTurn(case_id=CASE))
    (answer,) = taken(bench)
    assert answer.handler_id == person("律师一")
    assert [e.handler_id for e in bench.emitted(CaseAssigned)] == [person("律师一")]
    assert turns(bench) == {"律师一": 1, "律师二": 0, "律师三": 0}
    assert [t.change for t in rows(bench, Turn)] == [1]


def test_rotation_goes_round(bench: Bench) -> None:
    chosen = []
    for n in range(6):
        case_id = uuid5(CASE, str(n))
        bench.deliver(registered(case_id, f"申请人{n}", (f"对方{n}",)), job_key=None)
        bench.clock.moment += timedelta(minutes=1)
        bench.deliver(TakeTurn(case_id=case_id))
        chosen.append(taken(bench)[-1].handler_id)
    assert chosen == [person(n) for n in ("律师一", "律师二", "律师三")] * 2


@pytest.mark.clause("S0-7.4.4c")
@pytest.mark.parametrize("opponent", ["律师一", " 律师 一 ", "firm-a", "FIRM-A"])
def test_an_opponent_is_passed_over_and_the_reason_kept(bench: Bench, opponent: str) -> None:
    bench.deliver(registered(opponents=("对方乙", opponent)), job_key=None)
    bench.deliver(TakeTurn(case_id=CASE))
    assert taken(bench)[0].handler_id == person("律师二")
    (kept,) = rows(bench, Consideration)
    assert kept.entries[0]["member_id"] == str(person("律师一"))
    assert kept.entries[0]["faults"][0] in ("is_opponent", "firm_is_opponent")
    assert kept.entries[1]["faults"] == []


@pytest.mark.clause("S0-7.4.4c")
def test_a_firm_that_acts_for_the_other_side_is_passed_over(bench: Bench) -> None:
    bench.deliver(TakeTurn(case_id=CASE))  # 律师一 of firm-a acts for 申请人甲 against 对方乙
    bench.deliver(registered(OTHER, "对方乙", ("申请人甲",)), job_key=None)
    bench.deliver(member("律师四", "firm-a"), job_key=None)
    with bench.work() as work:
        work.session.execute(sa.update(Member).values(turns=5))
        work.session.execute(sa.update(Member).where(Member.member_id == person("律师四")).values(turns=0))
    bench.deliver(TakeTurn(case_id=OTHER))
    assert taken(bench)[1].handler_id == person("律师二")
    entry = rows(bench, Consideration)[1].entries[0]
    assert set(entry["faults"]) == {"firm_acts_for_opponent", "firm_acts_against_applicant"}


@pytest.mark.clause("S0-7.4.4c")
@pytest.mark.parametrize("answer", ["conflict", "cannot"])
def test_a_member_who_cannot_keeps_the_place_and_the_next_is_asked(bench: Bench, answer: str) -> None:
    bench.deliver(TakeTurn(case_id=CASE))
    bench.twice(response(taken(bench)[0].assignment_id, answer, "律师一"))
    assert bench.emitted(ResponseRecorded)[0].response == answer
    assert turns(bench)["律师一"] == 0
    bench.deliver(TakeTurn(case_id=CASE))
    assert taken(bench)[1].handler_id == person("律师二")
    bench.deliver(registered(OTHER, "申请人丙", ("对方丁",)), job_key=None)
    bench.deliver(TakeTurn(case_id=OTHER))
    assert taken(bench)[2].handler_id == person("律师一")
    assert [t.change for t in rows(bench, Turn)].count(-1) == 1


def test_accepted(bench: Bench) -> None:
    bench.deliver(TakeTurn(case_id=CASE))
    bench.twice(response(taken(bench)[0].assignment_id, "accepted", "律师一"))
    assert [e.handler_id for e in bench.emitted(CaseAccepted)] == [person("律师一")]
    assert turns(bench)["律师一"] == 1


def test_silence_uses_the_turn_up(bench: Bench) -> None:
    bench.deliver(TakeTurn(case_id=CASE))
    bench.twice(LapseResponse(case_id=CASE, assignment_id=taken(bench)[0].assignment_id))
    assert turns(bench)["律师一"] == 1
    assert [a.response for a in rows(bench, Assignment)] == ["lapsed"]
    bench.deliver(TakeTurn(case_id=CASE))
    assert taken(bench)[1].handler_id == person("律师二")


def test_nobody_left_then_a_dispatcher_steps_in(bench: Bench) -> None:
    for name in ("律师二", "律师三"):
        bench.deliver(member(name, "firm-x", active=False), job_key=None)
    bench.deliver(TakeTurn(case_id=CASE))
    bench.deliver(response(taken(bench)[0].assignment_id, "cannot", "律师一"))
    bench.twice(TakeTurn(case_id=CASE))
    assert len(bench.emitted(NobodyAvailable)) == 1
    assert rows(bench, Consideration)[1].chosen is None
    bench.clock.moment += timedelta(hours=1)
    answers = {"action": "wait", "explanation": "已经协调"}
    submission = Submission(
        id=CASE,
        element="resolve_nobody_available",
        by=person("dispatcher"),
        at=bench.clock.now(),
        answers=answers,
    )
    bench.twice(RecordEscalation(case_id=CASE, submissions=[submission]))
    bench.deliver(TakeTurn(case_id=CASE))
    assert taken(bench)[1].handler_id == person("律师一")


def test_the_sealed_record_is_stable(bench: Bench) -> None:
    bench.deliver(TakeTurn(case_id=CASE))
    bench.deliver(SealRecord(case_id=CASE))
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first == second
    assert sorted(i["kind"] for i in first.items) == ["assignment", "consideration", "turn"]


def test_names_of_the_parties_are_not_readable_in_the_file(bench: Bench) -> None:
    raw = b"".join(p.read_bytes() for p in bench.settings.keys_dir.parent.glob("dispatch.db*"))
    assert "申请人甲".encode() not in raw
    assert "对方乙".encode() not in raw
    assert "律师一".encode() not in raw
