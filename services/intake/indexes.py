"""By which one person's cases and one notice's entries find one another, without anything being readable.

An index is stored under the newest key and looked for under all of them: while keys rotate there are rows of
both. Two rows are the same when the index of one is among those of what the other holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake import rules
from services.intake.models import Application
from shared.contracts.intake import PartiesTold
from shared.messaging.work import UnitOfWork
from shared.secrecy import Keyring
from shared.service import Indexed

Answers = Mapping[str, Any]


def party_index(keys: Keyring, answers: Answers) -> str:
    """By which the same person's applications find one another."""
    return keys.blind_index(_party(answers))


def party_indexes(keys: Keyring, answers: Answers) -> tuple[str, ...]:
    """Those to look for."""
    return keys.blind_indexes(_party(answers))


def notice_index(keys: Keyring, answers: Answers) -> str:
    """By which the same notice is found again: authority, its case number, the stage, the person."""
    return keys.blind_index(_notice(answers))


def notice_indexes(keys: Keyring, answers: Answers) -> tuple[str, ...]:
    """Those to look for."""
    return keys.blind_indexes(_notice(answers))


def opponents_of(answers: Answers) -> dict[str, list[str]]:
    """The names of the other side, as other services are told them."""
    return {"names": [row["name"] for row in answers.get("opponents") or [] if row.get("name")]}


def _anew(application: Application, work: UnitOfWork) -> None:
    """After a rotation: the own indexes, and for dispatch, which keeps no names, those of the parties."""
    answers = application.answers
    if application.party_index is not None:
        application.party_index = party_index(work.keys, answers)
    if application.notice_index is not None:
        application.notice_index = notice_index(work.keys, answers)
    if application.registered_at is not None:
        applicant = {"name": answers.get("name")}
        work.emit(
            PartiesTold(case_id=application.case_id, applicant=applicant, opponents=opponents_of(answers))
        )


INDEXES = (Indexed(Application, ("party_index", "notice_index"), _anew),)


def _party(answers: Answers) -> str:
    return f"{answers['id_kind']} {answers['id_number']}"


def _notice(answers: Answers) -> str:
    authority = answers["authority_name"] if answers["authority"] == rules.UNLISTED else answers["authority"]
    parts = (authority, answers["authority_number"], answers["stage"], answers["name"])
    return "\n".join("".join(part.split()) for part in parts)
