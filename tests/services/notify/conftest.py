"""Notify on its bench: one registered case, its applicant and a few people of the staff."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from services.notify.app import SERVICE
from services.notify.models import Delivery, Letter, Notice
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.identity import PersonChanged
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.notify import SendNotice
from shared.contracts.submission import Submission
from tests.rig import CASE, CENTRE, START, Bench, person

NUMBER = "示范援〔2026〕民字第0001号"
FIRM = "/demo-city/firm-a/"
APPLICANT = person("applicant")
HANDLER = person("handler")
GOOD = {"material": "IDENTITY", "complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "yes"}
UNSIGNED = {
    **GOOD,
    "material": "ECONOMIC",
    "complete": "no",
    "defect": "缺少签名",
    "remedy": "签名后重新上传",
}
EXPIRED = {**GOOD, "valid": "no", "defect": "身份证过期", "remedy": "换领新证后上传"}


def someone(
    name: str, role: str, *, at: str = CENTRE, phone: str | None = "13800000001", active: bool = True,
    shown: str = "",
) -> PersonChanged:  # fmt: skip
    """News of an invented person with one role."""
    return PersonChanged(
        person_id=person(name), active=active, roles=[{"role": role, "organisation": at}],
        person={"name": shown or f"贾{name}", "phone": phone},
    )  # fmt: skip


def registered(phone: str | None = "138 0013 8000", case_id: UUID = CASE) -> ApplicationRegistered:
    """The registration of the case."""
    return ApplicationRegistered(
        case_id=case_id, number=NUMBER, agency=CENTRE, applicant_id=APPLICANT, matter="MAINTENANCE",
        category="LIVES_ON_PENSION", case_kind="litigation", received_at=START, materials=[],
        applicant={"name": "贾求援", "phone": phone}, opponents={"names": ["乙"]}, facts={"text": "事实"},
    )  # fmt: skip


def submission(element: str, answers: dict[str, Any], at: datetime = START) -> Submission:
    """The answers of one human task."""
    return Submission(id=uuid5(CASE, element), element=element, by=person("x"), at=at, answers=answers)


def notice(template: str, **fields: Any) -> SendNotice:
    """A notice to the applicant unless told otherwise."""
    return SendNotice(**{"case_id": CASE, "template": template, "recipients": [APPLICANT], **fields})


def correction(*rows: dict[str, str]) -> SendNotice:
    """The correction notice as the diagram sends it."""
    return notice(
        "correction", channels="correction", about={"working_days": 10},
        submissions=[submission("examine_materials", {"materials": list(rows), "conforms": "no"})],
    )  # fmt: skip


def assigned() -> SendNotice:
    """The assignment notice as the diagram sends it."""
    about = {"handler_id": str(HANDLER), "firm_id": str(person("firm"))}
    return notice("assigned", channels="assignment", recipients=[APPLICANT, HANDLER], about=about)


def accept(bench: Bench) -> None:
    """The case gets its handler."""
    turn = TurnTaken(
        case_id=CASE, assignment_id=person("turn"), handler_id=HANDLER, firm_id=person("firm"), firm_path=FIRM
    )
    bench.deliver(turn, job_key=None)
    bench.deliver(CaseAccepted(case_id=CASE, handler_id=HANDLER), job_key=None)


def rows(bench: Bench, model: Any, **values: Any) -> list[Any]:
    """The rows of a table with these values, detached."""
    with bench.runtime.reading() as session:
        found = list(session.scalars(sa.select(model).filter_by(**values)))
        session.expunge_all()
    return found


def deliveries(bench: Bench, **values: Any) -> dict[tuple[UUID, str, int], Delivery]:
    """The deliveries by recipient, channel and attempt."""
    return {(d.recipient_id, d.channel, d.attempt): d for d in rows(bench, Delivery, **values)}


def the_letter(bench: Bench, reader: UUID = APPLICANT) -> Letter:
    """The only letter to somebody."""
    (letter,) = rows(bench, Letter, recipient_id=reader)
    return letter


def the_notice(bench: Bench) -> Notice:
    """The only notice."""
    (found,) = rows(bench, Notice)
    return found


def tick(bench: Bench) -> int:
    """Let the clocks work until nothing is due; how much they did."""
    done = 0
    for clock in bench.runtime.service.clocks:
        while True:
            with bench.runtime.reading() as session:
                if not clock.waits(session, bench.clock.now()):
                    break
            with bench.work() as work:
                assert clock.act(work)
            done += 1
    return done


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    bench.deliver(registered(), job_key=None)
    bench.deliver(someone("handler", "handler", at=FIRM, phone="13800000031", shown="贾承办"), job_key=None)
    return bench
