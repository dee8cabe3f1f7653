"""Organisations: added below another, renamed, closed when nobody is there any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.identity.models import Organisation
from services.identity.people.announcing import announce_organisation
from services.identity.people.history import note_place
from services.identity.queries import what_holds_open
from shared.database import table_of
from shared.errors import Invalid, Rejected
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


class PathTaken(Invalid):
    """An organisation has this path."""

    zh = "同一上级机构下已有相同的代码。"


class StillInUse(Rejected):
    """The organisation has people, open organisations below it or programs."""


def add_organisation(
    work: UnitOfWork, *, parent: str | None, path: str, kind: str, name: str, by: UUID | None = None
) -> Organisation:
    """A new node of the tree; raises PathTaken. What may lie where is checked by the form."""
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "path": path, "parent_path": parent, "kind": kind, "name": name
    }  # fmt: skip
    if not insert_new(work.session, table_of(Organisation), values):
        raise PathTaken({"code": [PathTaken.zh]})
    place = work.session.get_one(Organisation, values["id"])
    note_place(work, place, "added", by)
    announce_organisation(work, place)
    return place


def rename(work: UnitOfWork, place: Organisation, name: str, by: UUID) -> None:
    """Another name; the path stays, because records point at it."""
    if place.name != name:
        place.name = name
        note_place(work, place, "renamed", by)
        work.session.flush()
        announce_organisation(work, place)


def close(work: UnitOfWork, place: Organisation, by: UUID) -> None:
    """Nobody can be added there any more; raises StillInUse. Cases stay with the organisations above it."""
    if place.closed_at is None:
        if reasons := what_holds_open(work.session, place.path):
            raise StillInUse(f"{place.name}还不能停用：{'；'.join(reasons)}。")
        place.closed_at = work.clock.now()
        note_place(work, place, "closed", by)


def reopen(work: UnitOfWork, place: Organisation, by: UUID) -> None:
    """A closed organisation is used again."""
    if place.closed_at is not None:
        place.closed_at = None
        note_place(work, place, "opened", by)
