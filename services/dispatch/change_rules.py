"""Who may ask for another handler, on which ground, and what follows from it, from plain values (S0-7.4.4f).

A conflict of interest is the whole firm's: nobody of the firm gets the case afterwards. Every other ground
lies with the person and bars the person alone, for good. Which ground does what is written in the policy,
`dispatch.change_grounds`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

RECIPIENT, HANDLER, AGENCY = "recipient", "handler", "agency"
FIRM = "firm"
"""Of a ground's `bars`: the whole firm, not the member alone."""
REQUESTED, APPROVED, REJECTED, EFFECTED, TOO_LATE = (
    "requested", "approved", "rejected", "effected", "too_late",
)  # fmt: skip
UNDER_WAY = (REQUESTED, APPROVED)
"""States in which no second request can be made."""
BARRING = (APPROVED, EFFECTED)
"""States in which the ground's `bars` holds."""
CHANGE_STATES = {
    REQUESTED: "等待决定", APPROVED: "同意更换，正在转交指派", REJECTED: "不同意更换",
    EFFECTED: "同意更换", TOO_LATE: "同意更换，但案件已经办结或者终止，没有更换",
}  # fmt: skip
HANDLED = ("HANDLING", "SUSPENDED")
"""Case states in which somebody handles the case, so that the handler can be changed."""
EVIDENCE_MISSING = "请写明证据，或者上传证据材料。"

Ground = Mapping[str, Any]


def grounds_for(catalogue: Iterable[Ground], standing: Collection[str]) -> list[Ground]:
    """The grounds open to somebody who stands as recipient, handler or agency towards the case."""
    return [ground for ground in catalogue if set(ground["requested_by"]) & set(standing)]


def ground_of(catalogue: Iterable[Ground], code: str) -> Ground:
    """The ground with that code; raises LookupError for one that the policy lost."""
    for ground in catalogue:
        if ground["code"] == code:
            return ground
    raise LookupError("the policy has no such ground")


def is_handled(state: str | None) -> bool:
    """Whether somebody handles a case in that state; of an older case, whose state was not told, it is left
    to the process to say."""
    return state is None or state in HANDLED


def lacks_evidence(ground: Ground, evidence: str | None, files: int) -> bool:
    """Whether the ground needs evidence (S0-7.4.4f1) and there is neither a word nor a file of it."""
    return bool(ground["evidence"]) and not (evidence or "").strip() and not files


def is_approved(decision: str, needs_approval: bool, approval: str | None) -> bool:
    """Whether the request is granted: by the dispatcher, and by the approver where the ground needs one."""
    return decision == "approve" and (not needs_approval or approval == "yes")
