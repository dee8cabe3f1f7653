"""What services, people and citizens may answer on the way: one example of every kind.

Each example is read by its contract, so it cannot drift from it.
"""

from collections.abc import Callable
from typing import Any

from shared.contracts.intake import CloseApplication
from shared.messaging.contract import Command, load, personal_fields

CASE_ID = "018f0000-0000-7000-8000-000000000001"
APPLICANT = "018f0000-0000-7000-8000-000000000002"
HANDLER = "018f0000-0000-7000-8000-000000000003"
FIRM = "018f0000-0000-7000-8000-000000000004"
RECORD = "018f0000-0000-7000-8000-000000000005"
MOMENT = "2026-03-04T02:00:00+00:00"

START: dict[str, Any] = {
    "case_id": CASE_ID,
    "agency": "/demo-city/centre/",
    "applicant_id": APPLICANT,
    "matter": "MAINTENANCE",
    "category": "MINIMUM_LIVING_ALLOWANCE",
    "case_kind": "litigation",
    "received_at": "2026-03-02T01:00:00+00:00",
}

_REGISTERED = {key: START[key] for key in START if key != "case_id"} | {
    "number": "示范援〔2026〕民字第0001号",
    "materials": [],
    "authority": "/demo-city/court/",
    "earlier_case_id": None,
    "applicant": {},
    "opponents": {},
    "facts": {},
}
_SEALED = [{"digest": "0" * 64, "items": []}]
_DONE: list[dict[str, Any]] = [{}]

_ANSWERS: dict[str, list[dict[str, Any]]] = {
    "intake.application_registered": [_REGISTERED],
    "intake.correction_opened": _DONE,
    "intake.application_reopened": _DONE,
    "intake.record_sealed": _SEALED,
    "notify.notice_sent": [
        {"notice_id": RECORD, "delivered_at": MOMENT},
        {"notice_id": RECORD, "delivered_at": None},
    ],
    "review.findings_recorded": [
        {"conforms": True, "notice_id": None, "defect_count": 0},
        {"conforms": False, "notice_id": RECORD, "defect_count": 2},
    ],
    "review.findings_rejected": [{"reason": "defects_without_text", "remark": "请改正后再提交。"}],
    "review.decision_recorded": [
        {"outcome": "granted", "decision_id": RECORD},
        {"outcome": "refused", "decision_id": RECORD},
    ],
    "review.decision_rejected": [{"reason": "against_findings", "remark": "请改正后再提交。"}],
    "review.deadline_noted": _DONE,
    "review.termination_recorded": [
        {"outcome": "terminate", "terminated_on": "2026-03-04"},
        {"outcome": "keep", "terminated_on": None},
        {"outcome": "sealed", "terminated_on": None},
    ],
    "review.termination_effect_recorded": _DONE,
    "review.explanation_recorded": [{"answered": True}, {"answered": False}],
    "review.objection_recorded": [
        {"outcome": outcome} for outcome in ("maintained", "granted", "review_again", "overturned")
    ],
    "review.objection_effect_recorded": _DONE,
    "review.record_sealed": _SEALED,
    "dispatch.turn_taken": [
        {"assignment_id": RECORD, "handler_id": HANDLER, "firm_id": FIRM, "firm_path": "/demo-city/firm/"}
    ],
    "dispatch.nobody_available": _DONE,
    "dispatch.response_recorded": [{"response": r} for r in ("accepted", "conflict", "cannot")],
    "dispatch.response_lapsed": _DONE,
    "dispatch.escalation_recorded": _DONE,
    "dispatch.record_sealed": _SEALED,
    "dispatch.change_opened": [{"needs_approval": True}, {"needs_approval": False}],
    "dispatch.change_deadline_noted": _DONE,
    "dispatch.change_recorded": [
        {"approved": approved, "previous_handler_id": HANDLER, "previous_firm_path": "/demo-city/firm/"}
        for approved in (True, False)
    ],
    "dispatch.change_settled": _DONE,
    "dispatch.letter_issued": [
        {"delivery": "in_app", "organisation": "/demo-city/court/"},
        {"delivery": "paper", "organisation": None},
        {"delivery": "none", "organisation": None},
    ],
    "dispatch.letter_delivery_recorded": _DONE,
    "handling.handling_opened": _DONE,
    "handling.agreement_recorded": _DONE,
    "handling.meeting_recorded": _DONE,
    "handling.progress_recorded": [
        {"completed": False, "completed_on": None, "report": None},
        {"completed": False, "completed_on": None, "report": "adjournment"},
        {"completed": True, "completed_on": "2026-04-01", "report": None},
    ],
    "handling.handover_recorded": _DONE,
    "handling.solution_recorded": _DONE,
    "handling.witness_window_checked": [{"needed": True}, {"needed": False}],
    "handling.suspension_recorded": [{"since": "2026-03-04"}],
    "handling.resumption_recorded": _DONE,
    "handling.resumption_rejected": [{"reason": "before_suspension", "remark": "请改正后再提交。"}],
    "handling.progress_rejected": [{"reason": "completed_in_the_future", "remark": "请改正后再提交。"}],
    "handling.deadline_noted": _DONE,
    "handling.record_sealed": _SEALED,
    "evaluation.closing_file_recorded": [{"received_at": MOMENT, "advice": "符合结案条件"}],
    "evaluation.closing_reviewed": [{"conforms": True}, {"conforms": False}],
    "evaluation.survey_opened": _DONE,
    "evaluation.survey_closed": [{"rated_by": "recipient"}, {"rated_by": "default"}],
    "evaluation.case_file_archived": [{"archive_number": "2026-0001", "manifest_sha256": "0" * 64}],
    "evaluation.deadline_noted": _DONE,
    "evaluation.assessment_drawn": [{"drawn": True}, {"drawn": False}],
    "evaluation.assessment_scored": [{"sheet_id": RECORD, "score": "59.99"}],
    "evaluation.assessment_rejected": [{"reason": "item_missing", "remark": "请改正后再提交。"}],
    "evaluation.assessment_recorded": [
        {"grade": "good", "recheck": False, "talk": False},
        {"grade": "unqualified", "recheck": True, "talk": True},
    ],
    "workflow.message_correlated": _DONE,
    "workflow.message_refused": _DONE,
}

_SUBMITTED: dict[str, list[dict[str, Any]]] = {
    "approve_decision": [{"approved": "yes"}, {"approved": "no"}],
    "decide_change": [{"decision": "approve"}, {"decision": "reject"}],
    "approve_change": [{"approved": "yes"}, {"approved": "no"}],
    "verify_termination": [{"proposal": "terminate"}, {"proposal": "keep"}],
    "approve_termination": [{"approved": "yes"}, {"approved": "no"}],
    "serve_notice_otherwise": [{"served_at": "2026-03-05"}],
    "report_progress": [
        {"kind": kind}
        for kind in (
            "file_reading",
            "investigation",
            "court_request",
            "evidence",
            "pleading",
            "evidence_deadline",
            "witness",
            "hearing",
            "major_matter",
            "other",
        )
    ],
    "report_nonlitigation": [
        {"kind": kind} for kind in ("negotiation", "evidence", "major_matter", "drafting")
    ],
}

_FOLLOWS_COMMAND: dict[str, Callable[[Command], dict[str, Any]]] = {
    "intake.application_closed": lambda command: {"outcome": _closing(command).outcome},
}


def answers_to(command: Command) -> list[dict[str, Any]]:
    """The job variables of every kind of answer: what is not personal, and its short name."""
    results = []
    for cls in command.ANSWERS:
        follows = _FOLLOWS_COMMAND.get(cls.NAME)
        for example in [follows(command)] if follows else _ANSWERS[cls.NAME]:
            load(cls, {"case_id": CASE_ID} | example)
            open_fields = {key: v for key, v in example.items() if key not in personal_fields(cls)}
            results.append(open_fields | {"case_id": CASE_ID, "answer": cls.NAME.partition(".")[2]})
    return results


def submitted(element: str) -> list[dict[str, Any]]:
    """The answers of a human task as far as its output mappings may read them."""
    return _SUBMITTED.get(element, [{}])


def _closing(command: Command) -> CloseApplication:
    assert isinstance(command, CloseApplication)
    return command
