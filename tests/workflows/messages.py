"""The messages of the diagrams: one example of each, with what starts a process and where it leads."""

from typing import Any

from tests.workflows.answers import APPLICANT, HANDLER, RECORD, START

_OF_CASE = {key: START[key] for key in ("case_id", "agency", "applicant_id")}
_HANDLED = {"handler_id": HANDLER, "firm_path": "/demo-city/firm/"}
_REASSIGNED = {"previous_handler_id": HANDLER, "previous_firm_path": "/demo-city/firm/"}

# every message that starts a process: the state the case has then, and the message's variables
STARTS: dict[str, list[tuple[str | None, dict[str, Any]]]] = {
    "application_submitted": [(None, START), (None, START | {"case_kind": "non_litigation"})],
    "notice_received": [(None, START | {"case_kind": "criminal_notice", "entered_by": APPLICANT})],
    "refusal_overturned": [
        ("REFUSED", START | {"case_number": "示范援〔2026〕民字第0001号", "outcome": outcome})
        for outcome in ("granted", "review_again")
    ],
    "termination_reported": [
        (None, _OF_CASE | who | {
            "termination_id": RECORD, "ground": "INCOME_CHANGED", "reported_by": APPLICANT
        })
        for who in (_HANDLED, {"handler_id": None, "firm_path": None})
    ],
    "handler_change_requested": [
        (None, _OF_CASE | _HANDLED | {
            "change_id": RECORD, "ground": ground, "requested_by": APPLICANT
        })
        for ground in ("DUTY_BREACH", "DISAGREEMENT")
    ],
    "handler_replaced": [(None, _OF_CASE | {"change_id": RECORD, "handler_id": HANDLER})],
    "decision_doubted": [(None, _OF_CASE | {"doubt_id": RECORD})],
    "objection_filed": [
        (None, _OF_CASE | {"objection_id": RECORD, "against": against, "handler_id": HANDLER})
        for against in ("refusal", "termination")
    ],
}  # fmt: skip

# the case state that the catcher of the message enters; refused where that state may not follow
LEADS_TO = {
    "aid_terminated": "TERMINATING",
    "handler_changed": "DISPATCHING",
    "suspension_reported": "SUSPENDED",
    "termination_overturned": "DISPATCHING",
}

MESSAGES: dict[str, dict[str, Any]] = {
    "message_application_resubmitted": {"received_at": START["received_at"]},
    "message_application_withdrawn": {},
    "message_survey_answered": {},
    "message_aid_terminated": {
        "termination_id": RECORD, "ground": "INCOME_CHANGED", "terminated_on": "2026-03-20"
    },
    "message_handler_changed": _REASSIGNED | {"change_id": RECORD, "change_ground": "DUTY_BREACH"},
    "message_suspension_reported": {"suspension_id": RECORD},
    "message_evidence_deadline_set": {
        "evidence_deadline_id": RECORD, "evidence_ends_on": "2026-05-11",
        "witness_reminder_at": "2026-05-03T16:00:00+00:00", "evidence_ends_at": "2026-05-11T15:59:59+00:00",
    },
    "message_termination_overturned": {
        "objection_id": RECORD, "previous_handler_id": None, "preferred_handler_id": HANDLER
    },
}  # fmt: skip
