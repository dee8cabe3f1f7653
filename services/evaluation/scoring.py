"""How the quality of a closed case is scored, from plain values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

ASSESSMENT, RECHECK = "assessment", "recheck"
TALK = "talk"
"""The consequence that handler and head of the firm are asked to talk about the case."""
LEVELS: dict[str, str] = {ASSESSMENT: "质量评估", RECHECK: "专家复核"}
QUALITY_GRADES: dict[str, str] = {
    "excellent": "优秀",
    "good": "良好",
    "qualified": "合格",
    "unqualified": "不合格",
}
"""The codes of the grades, and their names in the table `quality_grade`."""
REMARKS: dict[str, str] = {
    "item_missing": "每个评分项目都要打分。",
    "item_twice": "每个评分项目只能打一次分。",
    "too_many_points": "有的项目得分超过了它的满分。",
    "own_case": "不能评估本人承办的案件。",
    "same_person": "评估和复核不能是同一个人。",
}
"""What an assessor reads when a rule is broken."""
_PERCENT = 100


def is_drawn(case_id: UUID, percent: int) -> bool:
    """Whether the case is among the `percent` of a hundred that are assessed.

    The case's id alone decides, so anybody can check the draw afterwards: its SHA-256, read as a number,
    modulo 100 is below `percent`.
    """
    return int.from_bytes(sha256(case_id.bytes).digest(), "big") % _PERCENT < percent


def sheet_fault(rows: Sequence[Mapping[str, Any]], rubric: Sequence[Mapping[str, Any]]) -> str | None:
    """The rule that a score sheet breaks, a key of `REMARKS`, or None.

    `rows`: {"item", "points"}; `rubric`: {"code", "points"}, its points being the most an item earns.
    """
    most = {entry["code"]: entry["points"] for entry in rubric}
    given = [row["item"] for row in rows]
    if len(set(given)) < len(given):
        return "item_twice"
    if set(given) != set(most):
        return "item_missing"
    if any(not 0 <= _exact(row["points"]) <= most[row["item"]] for row in rows):
        return "too_many_points"
    return None


def total(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    """The score: the sum of the points, exact and never rounded."""
    return sum((_exact(row["points"]) for row in rows), Decimal(0))


def in_words(number: Decimal) -> str:
    """The number as people write it, with every digit that counts: `88`, `89.995`."""
    return f"{number.normalize():f}"


def sheet_items(
    rows: Sequence[Mapping[str, Any]], rubric: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows as they are kept, in the rubric's order, with the words and limits that held then."""
    by_item = {row["item"]: row for row in rows}
    return [
        {
            "item": entry["code"], "label": entry["label"], "most": entry["points"],
            "points": in_words(_exact(by_item[entry["code"]]["points"])),
            "remark": by_item[entry["code"]].get("remark") or None,
        }
        for entry in rubric
    ]  # fmt: skip


def grade_code(name: str) -> str:
    """The code of a grade of the table; raises LookupError for one that no score sheet can earn."""
    return {label: code for code, label in QUALITY_GRADES.items()}[name]


def wants_recheck(level: str, grade: str, rechecked: Sequence[str]) -> bool:
    """Whether an expert looks again (S1-四(三)1d): once, at the grades that the policy names."""
    return level == ASSESSMENT and grade in rechecked


def _exact(points: Any) -> Decimal:
    return Decimal(str(points))
