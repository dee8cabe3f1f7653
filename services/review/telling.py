"""What review tells the processes of a case, and the numbers of the papers it issues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.review import rules
from services.review.models import PAPER_COUNTER, Case, PaperCounter
from shared.clock import SHANGHAI
from shared.contracts.workflow import PublishMessage
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

_DAY = 24 * 3600


def publish(work: UnitOfWork, case: Case, name: str, row: UUID, variables: dict[str, Any]) -> None:
    """Start the process that deals with the row: its id makes a doubled message harmless."""
    known = {
        "case_id": str(case.case_id), "agency": case.agency, "applicant_id": str(case.applicant_id),
    }  # fmt: skip
    work.emit(
        PublishMessage(
            case_id=case.case_id, name=name, correlation_key=str(case.case_id), message_id=str(row),
            variables={**known, **variables}, seconds_to_live=_DAY,
        )
    )  # fmt: skip


def next_number(work: UnitOfWork, agency: str, series: str) -> str:
    """The next number of a paper, without gaps; its counter stays locked until the transaction ends."""
    year = work.clock.now().astimezone(SHANGHAI).year
    key = {"agency": agency, "year": year, "series": series}
    insert_new(work.session, PAPER_COUNTER, {**key, "last": 0})
    step = sa.update(PaperCounter).filter_by(**key).values(last=PaperCounter.last + 1)
    count = work.session.execute(step.returning(PaperCounter.last)).scalar_one()
    short = {a["path"]: a["short"] for a in work.policy.get("intake.agencies")}
    return rules.paper_number(short.get(agency, ""), year, series, count)
