"""The handler's work in order of time, each step in words: what the case page and the printed log show.

Questions and choices are named as in the forms they were answered on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.handling.models import Agreement, Handover, Meeting, Progress, Solution, Suspension
from services.handling.queries import HandlingRecord
from shared.clock import SHANGHAI
from shared.forms.components import fields_of, key_of, label_of
from shared.web.words import day

FORMS = (
    "sign_agreement", "hold_first_meeting", "report_progress", "report_nonlitigation", "propose_solution",
    "hand_over_case", "receive_case",
)  # fmt: skip
MARKS = {
    "file_not_read": "开庭或者答辩之前没有查阅案卷的记录", "not_throughout": "没有全程参加庭审",
    "witness_late": "证人出庭申请晚于举证期限",
    "reopening_not_requested": "事实没有查清，没有申请恢复法庭调查",
}  # fmt: skip
_DATES = {"hearing_on", "handed_in_on", "evidence_deadline", "next_hearing_on"}


@dataclass(frozen=True)
class Step:
    """One step: its day, what it was, questions with answers, files, and what is worth noticing."""

    day: date
    title: str
    told: list[tuple[str, str]]
    files: list[dict[str, str]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


class Words:
    """The labels of the forms' questions and of their choices."""

    def __init__(self, folder: Path) -> None:
        self._labels: dict[str, str] = {}
        self._choices: dict[str, dict[str, str]] = {}
        for name in FORMS:
            form = json.loads((folder / f"{name}.form").read_text(encoding="utf-8"))
            self._read(form["components"])

    def _read(self, components: list[dict[str, Any]]) -> None:
        for component in (f.component for f in fields_of(components)):
            key = key_of(component)
            self._labels.setdefault(key, label_of(component))
            options = {str(o["value"]): str(o["label"]) for o in component.get("values") or []}
            self._choices[key] = options | self._choices.get(key, {})
            if component["type"] == "dynamiclist":
                self._read(component["components"])

    def choice(self, key: str, value: str) -> str:
        """The words of an option."""
        return self._choices.get(key, {}).get(value, value)

    def told(self, answers: Mapping[str, Any], *names: str) -> list[tuple[str, str]]:
        """Questions with their answers in words; all of them, or those named."""
        wanted = names or tuple(answers)
        return [
            (self._labels.get(key, key), self._text(key, answers[key]))
            for key in wanted
            if answers.get(key) not in (None, "", [])
        ]

    def _text(self, key: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "；".join("，".join(f"{q}：{a}" for q, a in self.told(row)) for row in value)
        return day(date.fromisoformat(value)) if key in _DATES else self.choice(key, str(value))


@lru_cache
def words_of(folder: Path) -> Words:
    """The words of the forms in that folder, read once."""
    return Words(folder)


def steps_of(record: HandlingRecord, words: Words) -> list[Step]:
    """Every step of the case, the earliest first."""
    return sorted(_steps(record, words), key=lambda step: step.day)


def _steps(record: HandlingRecord, words: Words) -> Iterator[Step]:
    yield from (_agreement(row, words) for row in record.agreements)
    yield from (_meeting(row) for row in record.meetings)
    yield from (_handover(row, words) for row in record.handovers)
    yield from (_solution(row, words) for row in record.solutions)
    yield from (_entry(row, words) for row in record.progress)
    for row in record.suspensions:
        yield from _stay(row)


def _agreement(row: Agreement, words: Words) -> Step:
    told = [
        ("联系日期", day(row.contacted_on)),
        ("联系到的人", words.choice("contacted_with", row.contacted_with)),
        ("告知免收费用", "已告知" if row.free_of_charge_told else "未告知"),
        ("期限", day(row.due_at) + ("" if row.on_time else "（已超过）")),
    ]  # fmt: skip
    return Step(row.signed_on, "联系受援人、签订协议", told, row.files)


def _meeting(row: Meeting) -> Step:
    told = [
        ("地点或方式", row.place), ("了解到的案情", row.facts), ("作出的解答", row.advice),
        ("告知权利和风险", "已告知" if row.rights_told and row.risks_told else "未全部告知"),
        ("期限", day(row.due_at) + ("" if row.on_time else "（已超过）")),
    ]  # fmt: skip
    return Step(row.met_on, "约见受援人", told)


def _handover(row: Handover, words: Words) -> Step:
    given = words.told(row.listed, "materials", "case_status", "deadlines") if row.listed else []
    taken = words.told(row.received, "received_from", "all_received", "remarks")
    signed = [("原承办人员移交", "已签名" if row.handed_over_by else "没有按期移交"), ("签收", "已签名")]
    return Step(_day_of(row.recorded_at), "移交案件", [*given, *taken, *signed], row.files)


def _solution(row: Solution, words: Words) -> Step:
    told = words.told(vars(row), "agreed_with", "mode", "opinion", "risks", "risks_told")
    return Step(row.agreed_on, "商定方案、告知风险", told, row.files)


def _entry(row: Progress, words: Words) -> Step:
    told = [("办理情况", row.summary), *words.told(row.details or {})]
    if row.completed_on:
        told.append(("办结日期", day(row.completed_on)))
    marks = [MARKS[mark] for mark in row.marks]
    return Step(row.occurred_on, words.choice("kind", row.kind), told, row.files, marks)


def _stay(row: Suspension) -> Iterator[Step]:
    if row.recorded_at is None:
        return
    paper = {"href": f"/handling/suspensions/{row.id}/file", "name": row.file_name}
    yield Step(row.since, "中止办理", [("原因", row.reason), ("文书", row.document)], [paper])
    if row.resumed_on:
        told = [("原因", row.resumption or "案件重新指派")]
        yield Step(row.resumed_on, "恢复办理", told, row.files or [])


def _day_of(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
