"""Handling on its bench, with a case that was accepted on Thursday 24 September 2026."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.handling.app import SERVICE
from shared.contracts.handling import OpenHandling, RecordAgreement, RecordMeeting, RecordProgress
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.submission import Submission
from tests.rig import CASE, CENTRE, START, Bench, person

FILE = UUID(int=70)
FIRM = "/demo-city/firm-a/"
AGREEMENT: dict[str, Any] = {
    "contacted_on": "2026-09-25", "contacted_with": "recipient", "agreement_signed_on": "2026-09-29",
    "free_of_charge_told": True, "files": [str(FILE)],
}  # fmt: skip
MEETING: dict[str, Any] = {
    "met_on": "2026-09-30", "place": "律所", "facts": "事实", "advice": "解答", "rights_told": True,
    "risks_told": True,
}  # fmt: skip
PROGRESS: dict[str, Any] = {
    "kind": "hearing", "occurred_on": "2026-10-20", "summary": "开庭", "files": [], "completed": "no",
    "completed_on": None,
}  # fmt: skip
LATER = START + timedelta(days=40)


def submission(element: str, answers: dict[str, Any], at: datetime = LATER) -> Submission:
    files = {str(FILE): {"sha256": "cd" * 32, "name": "协议.pdf", "media_type": "application/pdf"}}
    identifier = uuid5(CASE, f"{element}{answers}")
    return Submission(
        id=identifier, element=element, by=person("handler"), at=at, answers=answers, files=files
    )  # fmt: skip


def agreement(**changes: Any) -> RecordAgreement:
    return RecordAgreement(case_id=CASE, submissions=[submission("sign_agreement", {**AGREEMENT, **changes})])


def meeting(**changes: Any) -> RecordMeeting:
    return RecordMeeting(case_id=CASE, submissions=[submission("hold_first_meeting", {**MEETING, **changes})])


def progress(**changes: Any) -> RecordProgress:
    return RecordProgress(case_id=CASE, submissions=[submission("report_progress", {**PROGRESS, **changes})])


def entry(
    command: type, kind: str, element: str = "report_progress", at: datetime = LATER, **details: Any
) -> Any:
    """A command that keeps an entry of that kind, as its form gives it."""
    answers = {**PROGRESS, "kind": kind, "summary": f"{kind} 的情况", **details}
    return command(case_id=CASE, submissions=[submission(element, answers, at)])


def stay(bench: Bench, **changes: Any) -> Any:
    """The handler's report of a stay over HTTP."""
    fields = {"since": "2026-09-24", "reason": "对方死亡", "document": "中止裁定书", **changes}
    file = fields.pop("file", (BytesIO(b"%PDF-1.4 stay"), "裁定书.pdf"))
    data = {name: value for name, value in {**fields, "file": file}.items() if value is not None}
    handler = bench.client("handler", at=FIRM, who="handler")
    return handler.post(f"/handling/api/cases/{CASE}/suspensions", data=data)


def opening() -> OpenHandling:
    return OpenHandling(
        case_id=CASE, handler_id=person("handler"), firm_path=FIRM, assigned_at=START,
        accepted_at=START + timedelta(hours=1),
    )  # fmt: skip


@pytest.fixture
def registered(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    message = ApplicationRegistered(
        case_id=CASE, number="示范援〔2026〕民字第0001号", agency=CENTRE, applicant_id=person("applicant"),
        matter="MAINTENANCE", category="LIVES_ON_PENSION", case_kind="litigation", received_at=START,
        materials=[], applicant={"name": "甲"}, opponents={"names": ["乙"]}, facts={"text": "事实"},
    )  # fmt: skip
    bench.deliver(message, job_key=None)
    return bench


@pytest.fixture
def bench(registered: Bench) -> Bench:
    registered.deliver(opening())
    return registered
