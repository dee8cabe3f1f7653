"""What a person sees of a case over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.drive import Drive
from demo.people_of import Refused


def states(drive: Drive) -> list[str]:
    """The states the case went through, in order."""
    return [event["data"]["after"] for event in drive.named("workflow.case_state_changed")]


def titles(drive: Drive, login: str) -> list[str]:
    """The titles of the messages about the case in a person's mailbox, the oldest first."""
    letters = drive.actor(login).get("/notify/api/messages", limit=100)["messages"]
    about = [letter for letter in letters if letter["case_id"] == drive.case_id]
    return [letter["title"] for letter in sorted(about, key=lambda letter: letter["shown_at"])]


def task(drive: Drive, login: str, element: str) -> dict[str, Any]:
    """The newest task of that element as the API shows it."""
    found: dict[str, Any] = drive.actor(login).get(f"/v2/user-tasks/{drive.task(element)}")
    return found


def moment(text: str) -> datetime:
    """An aware moment from the API."""
    return datetime.fromisoformat(text)


def refused_with(act: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
    """The problem that the call was refused with."""
    try:
        act(*arguments, **options)
    except Refused as refusal:
        problem: dict[str, Any] = refusal.answer.json()
        return problem
    raise AssertionError("it was not refused")
