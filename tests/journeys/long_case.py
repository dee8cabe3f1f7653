"""A case in which everybody writes something of their own, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from demo import answers, stories
from demo.drive import Drive
from tests.rig import ROOT

CANNOT = {"response": "cannot", "reason": "另有开庭，时间冲突。"}
_CHINESE = range(0x4E00, 0x9FFF)


def long_case(drive: Drive) -> None:
    """Corrected, sent back by the approver, declined by a member, closing file corrected, archived."""
    drive.apply()
    drive.work("reviewer", "examine_materials", answers.DEFECTIVE)
    drive.until_state("CORRECTION")
    drive.correct()
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    drive.work("reviewer", "propose_decision", answers.GRANT)
    drive.work("approver", "approve_decision", answers.DISAPPROVE)
    drive.work("reviewer", "propose_decision", answers.GRANT)
    drive.work("approver", "approve_decision", answers.APPROVE)
    drive.work(stories.assigned_member(drive), "respond_to_assignment", CANNOT)
    drive.work(stories.assigned_member(drive, 2), "respond_to_assignment", answers.ACCEPT)
    stories.handle(drive)
    stories.hand_in(drive)
    drive.work("closing_reviewer", "review_closing_file", answers.WANTING)
    stories.hand_in(drive, "correct_closing_file")
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.work("assessor", "assess_quality", answers.SHEET)
    drive.rate()
    drive.until_state("ARCHIVED")


def secrets() -> set[str]:
    """Names, telephone and identity numbers, addresses, and every sentence that the persons wrote."""
    people = yaml.safe_load((ROOT / "demo" / "people.yaml").read_text(encoding="utf-8"))["people"]
    day = date(2026, 9, 24)
    written = [
        [value for name, value in vars(answers).items() if name.isupper() and name != "PDF"], CANNOT,
        answers.agreement(day, []), answers.meeting(day), answers.progress(day, []),
        answers.completion(day, []),
        answers.closing_file([], []),
    ]  # fmt: skip
    numbers = {answers.APPLICATION[name] for name in ("id_number", "phone")}
    sentences = {text for text in _texts(written) if any(ord(sign) in _CHINESE for sign in text)}
    return numbers | sentences | {person[kind] for person in people for kind in ("name", "phone")}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
