"""What notify decides, from plain values alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID, uuid5

WAITING, SENT, DELIVERED, FAILED = "waiting", "sent", "delivered", "failed"
IN_APP, SMS, PHONE, PASS_ON = "in_app", "sms", "phone", "pass_on"
NOTICE_KIND = "criminal_notice"
"""The kind of a case whose recipient has no account: an authority asked for it."""
APPLICANT, HANDLER, STAFF, AUTHORITY = "applicant", "handler", "staff", "authority"
REPRESENTATIVE = "representative"

RESULTS: Mapping[str, Mapping[str, str]] = {
    PHONE: {"reached": DELIVERED, "no_answer": FAILED, "wrong_number": FAILED},
    SMS: {"arrived": DELIVERED, "not_arrived": FAILED},
    PASS_ON: {"told_in_writing": DELIVERED, "told_by_phone": DELIVERED, "not_told": FAILED},
}
"""What a clerk may record about a delivery of a channel, and the state it leads to."""
BY_CLERKS = frozenset({PHONE, PASS_ON})
"""The channels over which a clerk reaches people."""
RECORDABLE: Mapping[str, str] = {PHONE: WAITING, SMS: SENT, PASS_ON: WAITING}
"""The state in which a clerk may record how a delivery of the channel ended."""
_WORTH_A_RETRY = frozenset({"no_answer", "not_arrived", "not_told", "gateway_down"})
_MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}")


def paths_above(organisation: str) -> list[str]:
    """The organisation's path and those above it: `/a/b/` gives `/`, `/a/`, `/a/b/`."""
    parts = [part for part in organisation.split("/") if part]
    return list(accumulate((f"{part}/" for part in parts), initial="/"))


def representative_of(case_id: UUID) -> UUID:
    """The id under which the guardian or close relative of a case's applicant is kept: they are no user."""
    return uuid5(case_id, REPRESENTATIVE)


def reader_of(person: object, applicant: object, *, named: bool) -> str:
    """Whom a text addresses: the applicant, the handler (named otherwise), or staff reached by a role."""
    if person == applicant:
        return APPLICANT
    return HANDLER if named else STAFF


def takes_texts(phone: str) -> bool:
    """Whether a phone number is a mainland mobile number (spaces and hyphens do not count)."""
    return _MOBILE.fullmatch(re.sub(r"[\s-]", "", phone)) is not None


def next_attempt_at(result: str, attempt: int, minutes: Sequence[int], now: datetime) -> datetime | None:
    """When a failed delivery is tried again, or None: it was in vain, or tried often enough.

    `attempt` counts from 1; `minutes` are the pauses after the first, second … attempt.
    """
    if result not in _WORTH_A_RETRY or attempt > len(minutes):
        return None
    return now + timedelta(minutes=minutes[attempt - 1])


def moment_or_day(text: str) -> date:
    """The date or date and time that an ISO text of the process stands for."""
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def defects_in(answers: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Every defect that the form `examine_materials` found, each with material, defect, remedy (S0-7.4.2d).

    A material the policy does not list is kept under 其他材料: none may be left out.
    """
    return [
        {
            "material": labels.get(row.get("material", ""), "其他材料"),
            "defect": row.get("defect") or "不符合要求",
            "remedy": row.get("remedy") or "请联系我们",
        }
        for row in answers.get("materials") or []
        if any(row.get(quality) != "yes" for quality in ("complete", "statutory_form", "genuine", "valid"))
    ]


def refusal_grounds(answers: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """The unmet conditions that the form `propose_decision` names, in words (S0-7.4.3b)."""
    codes = list(answers.get("grounds") or [])
    if answers.get("means_result") == "not_meets" and "MEANS_NOT_MET" not in codes:
        codes.append("MEANS_NOT_MET")
    return [labels.get(code, code) for code in codes]
