"""What the demo persons write into the forms; everything is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
"""A small file that is really a PDF."""

APPLICATION: dict[str, Any] = {
    "name": "贾求援", "id_kind": "resident_identity_card", "id_number": "11010119900307803X",
    "phone": "13800000001", "address": "示范市虚构路 1 号", "capacity": "self",
    "agency": "/demo-city/centre/", "matter": "MAINTENANCE", "case_kind": "litigation",
    "category": "MINIMUM_LIVING_ALLOWANCE",
    "facts": "虚构的经过：父母年老，子女三年没有给付赡养费。", "request": "请求子女每月给付赡养费。",
    "opponents": [{"name": "贾对方"}], "hardship": True, "no_agent": True, "truthful": True,
}  # fmt: skip
"""The application form of the demo applicant."""

NOTICE: dict[str, Any] = {
    "agency": "/demo-city/centre/", "authority": "/demo-city/court/",
    "authority_number": "（2026）虚01刑初12号", "stage": "FIRST_INSTANCE", "name": "贾被告",
    "id_known": "yes", "id_kind": "resident_identity_card", "id_number": "110101199003074450",
    "custody": "detained", "custody_place": "示范市虚构看守所", "ground": "LAL25_4", "charge": "虚构的罪名",
}  # fmt: skip
"""The notice of the demo court: a defendant without a defender (通知辩护)."""

_GOOD = {"complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "yes"}
_GROUPS = ("IDENTITY", "ECONOMIC", "MATTER")

EXAMINED: dict[str, Any] = {"materials": [{"material": m, **_GOOD} for m in _GROUPS], "conforms": "yes"}
DEFECTIVE: dict[str, Any] = {
    "materials": [
        {"material": "IDENTITY", **_GOOD},
        {
            "material": "ECONOMIC",
            **_GOOD,
            "complete": "no",
            "defect": "说明表没有签名",
            "remedy": "签名后重新上传",
        },
        {
            "material": "MATTER",
            **_GOOD,
            "valid": "no",
            "defect": "协议已过期",
            "remedy": "请提供现在有效的协议",
        },
    ],
    "conforms": "no",
}
GRANT: dict[str, Any] = {
    "outcome": "grant", "means_result": "exempt", "scope": ["MATTER_IN_SCOPE", "CATEGORY_LISTED"],
    "reasons": "事项在范围内，申请人正在享受最低生活保障待遇。",
}  # fmt: skip
REFUSE: dict[str, Any] = {
    "outcome": "refuse", "means_result": "not_meets", "grounds": ["MEANS_NOT_MET"],
    "reasons": "家庭收入超过标准。",
}  # fmt: skip
APPROVE: dict[str, Any] = {"approved": "yes"}
DISAPPROVE: dict[str, Any] = {"approved": "no", "remark": "请写明经济困难的依据。"}
ACCEPT: dict[str, Any] = {"response": "accepted"}
CONFLICT: dict[str, Any] = {"response": "conflict", "reason": "与对方当事人是亲属。"}
CONFORMS: dict[str, Any] = {"conforms": "yes"}
WANTING: dict[str, Any] = {
    "conforms": "no", "problems": [{"problem": "缺少结案报告的签名", "remedy": "签名后重新提交"}],
}  # fmt: skip
SHEET: dict[str, Any] = {
    "items": [
        {"item": "CONTACT", "points": 15}, {"item": "EVIDENCE", "points": 22.5},
        {"item": "HEARING", "points": 25}, {"item": "PAPERS", "points": 17},
        {"item": "CLOSING_FILE", "points": 8},
    ],
    "remark": "办案认真，文书完整。",
}  # fmt: skip
"""The assessor's score sheet: 87.5, which no expert has to look at again."""
RATING: dict[str, Any] = {
    "grades": dict.fromkeys(("experience", "staff", "handling", "complaints"), "satisfied"),
    "comment": "谢谢。",
}


def agreement(today: date, files: list[str]) -> dict[str, Any]:
    """Contact and agreement, both today."""
    return {
        "contacted_on": today.isoformat(), "contacted_with": "recipient",
        "agreement_signed_on": today.isoformat(), "free_of_charge_told": True, "files": files,
    }  # fmt: skip


def meeting(today: date) -> dict[str, Any]:
    """The first meeting, today."""
    return {
        "met_on": today.isoformat(), "place": "法律援助中心会见室", "facts": "了解了家庭情况和给付能力。",
        "advice": "可以起诉请求给付赡养费。", "rights_told": True, "risks_told": True,
    }  # fmt: skip


def progress(today: date, files: list[str]) -> dict[str, Any]:
    """An entry of the log: the complaint, written and handed in."""
    return {
        "kind": "pleading", "occurred_on": today.isoformat(), "summary": "起草起诉状并提交法院。",
        "side": "plaintiff", "pleading": "complaint", "requested": "yes",
        "handed_in_on": today.isoformat(), "evidence_handed_in": "yes", "pleading_files": files,
        "completed": "no",
    }  # fmt: skip


def completion(today: date, files: list[str]) -> dict[str, Any]:
    """The entry that declares the case complete, with the judgment."""
    return {
        "kind": "judgment", "occurred_on": today.isoformat(),
        "summary": "开庭后收到判决书，法院支持全部请求。",
        "completed": "yes", "completed_on": today.isoformat(), "decision_files": files, "next_stage": "no",
    }  # fmt: skip


def closing_file(report: list[str], file: list[str]) -> dict[str, Any]:
    """The closing file."""
    return {
        "result": "won", "report": "法院判决支持全部请求，对方已履行。", "closing_report": report,
        "case_file": file,
    }  # fmt: skip
