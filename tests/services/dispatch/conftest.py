"""Dispatch on its bench, with a registered case and three members in three firms."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.dispatch.app import SERVICE
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.roster import MemberChanged
from shared.contracts.submission import Submission
from tests.rig import CASE, CENTRE, START, Bench, person

OTHER = UUID("01890000-0000-7000-8000-000000000002")


def registered(
    case_id: UUID = CASE,
    applicant: str = "申请人甲",
    opponents: tuple[str, ...] = ("对方乙",),
    **changes: Any,
) -> Any:
    more = {"category": "LIVES_ON_PENSION", "case_kind": "litigation", **changes}
    return ApplicationRegistered(
        case_id=case_id, number=f"号 {case_id}", agency=CENTRE, applicant_id=person(applicant),
        matter="MAINTENANCE", received_at=START,
        materials=[], applicant={"name": applicant}, opponents={"names": list(opponents)}, facts={"text": ""},
        **more,
    )  # fmt: skip


def member(name: str, firm: str, **changes: Any) -> MemberChanged:
    values: dict[str, Any] = {
        "member_id": person(name), "firm_id": person(firm), "firm_path": f"/demo-city/{firm}/",
        "kind": "lawyer", "active": True, "licensed_on": date(2015, 1, 1), "review_passed": True,
        "sanctioned_on": None, "matters": [], "member": {"name": name, "firm_name": firm},
    }  # fmt: skip
    return MemberChanged(**{**values, **changes})


def response(assignment_id: UUID, answer: str, by: str, case_id: UUID = CASE) -> Any:
    from shared.contracts.dispatch import RecordResponse

    reason = None if answer == "accepted" else "原因"
    identifier = uuid5(assignment_id, answer)
    submission = Submission(
        id=identifier, element="respond_to_assignment", by=person(by), at=START + timedelta(minutes=5),
        answers={"response": answer, "reason": reason},
    )  # fmt: skip
    return RecordResponse(case_id=case_id, assignment_id=assignment_id, submissions=[submission])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    bench.deliver(registered(), job_key=None)
    for name, firm in (("律师一", "firm-a"), ("律师二", "firm-b"), ("律师三", "firm-c")):
        bench.deliver(member(name, firm), job_key=None)
        bench.clock.moment += timedelta(minutes=1)
    return bench
