"""What the handler of a journey writes into the log, kind by kind; everything is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

FILE_OF = {
    "investigation": "record_files", "court_request": "request_files", "pleading": "pleading_files",
    "witness": "application_files", "drafting": "drafting_files",
}  # fmt: skip
"""The kinds that are kept with a file, and the question it belongs to."""

_DETAILS: dict[str, dict[str, Any]] = {
    "file_reading": {"reading_place": "示范市人民法院档案室"},
    "investigation": {
        "asked": "witness", "asked_who": "贾邻居", "consent": "yes", "conduct_confirmed": True,
    },
    "court_request": {
        "court": "示范市人民法院", "obstacle": "银行只向法院提供流水。", "conduct_confirmed": True,
    },
    "evidence": {
        "evidence_items": [
            {"name": "户口簿", "source": "受援人提供", "object": "亲子关系", "purpose": "证明赡养义务"}
        ],
        "conduct_confirmed": True,
    },
    "pleading": {
        "side": "plaintiff", "pleading": "complaint", "requested": "yes", "evidence_handed_in": "yes",
    },
    "witness": {"witnesses": "贾邻居，证明三年没有给付赡养费。"},
    "hearing": {
        "attendance": "throughout", "statement": "陈述了请求和事实。", "questions": "询问对方收入。",
        "authenticity": "双方认可真实。", "relevance": "与赡养义务有关。", "legality": "来源合法。",
        "probative_force": "证明力强。", "debate": "围绕给付能力发表意见。", "facts_unclear": "no",
    },
    "adjourned": {"attendance": "adjourned", "adjournment_reason": "承办人员突发疾病。"},
    "major_matter": {"matter": "public_attention"},
    "negotiation": {
        "spoke_for": "recipient", "claims_put": "每月给付一千元。", "opponent_reasons": "说收入不够。",
        "answer_given": "列出了对方的收入。", "law_explained": "讲了赡养义务。",
        "negotiation_result": "continued",
    },
    "drafting": {"drafted": "和解协议草稿"},
}  # fmt: skip


def entry(part: str, today: date, files: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    """An entry that does not complete the case."""
    own = "hearing" if part == "adjourned" else part
    attached = {FILE_OF[own]: files} if own in FILE_OF else {}
    return {
        "kind": own, "occurred_on": today.isoformat(), "summary": f"虚构的办理情况（{own}）。",
        "completed": "no", **_DETAILS.get(part, {}), **attached, **changes,
    }  # fmt: skip
