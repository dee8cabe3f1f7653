"""The demo people as identity knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.logins.passwords import hashed
from services.identity.models import ApiClient, Organisation, Person
from services.identity.people.accounts import LoginTaken, add_person
from services.identity.people.announcing import announce_organisation, announce_person
from services.identity.people.roles import give_role
from services.identity.programs.clients import MOST_PER_MINUTE, add_client
from shared.database import table_of
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


def seed(work: UnitOfWork, demo: Mapping[str, Any]) -> None:
    """Add what is missing; who exists is left as they are."""
    for place in demo["organisations"]:
        _add_place(work, place)
    missing = [p for p in demo["people"] if work.session.get(Person, p["id"]) is None]
    secret = hashed(demo["password"]) if missing else ""
    for entry in missing:
        _add_person(work, entry, secret)
    for entry in demo["clients"]:
        if work.session.get(ApiClient, entry["id"]) is None:
            add_client(
                work, client_uuid=entry["id"], client_id=entry["client_id"], name=entry["name"],
                organisation=entry["organisation"], secret_hash=hashed(entry["secret"]),
                requests_per_minute=MOST_PER_MINUTE,  # the demo asks for its events all the time
            )  # fmt: skip


def _add_place(work: UnitOfWork, place: Mapping[str, Any]) -> None:
    above = place["path"].rstrip("/").rpartition("/")[0] + "/"
    values = {
        "id": place["id"], "path": place["path"], "parent_path": None if above == "/" else above,
        "kind": place["kind"], "name": place["name"],
    }  # fmt: skip
    if insert_new(work.session, table_of(Organisation), values):
        announce_organisation(work, work.session.get_one(Organisation, place["id"]))


def _add_person(work: UnitOfWork, entry: Mapping[str, Any], secret: str) -> None:
    try:
        person = add_person(
            work, person_id=entry["id"], organisation=entry["organisation"], login=entry["login"],
            name=entry["name"], phone=entry["phone"], password_hash=secret,
        )  # fmt: skip
    except LoginTaken:  # somebody real took the name during the trial
        return
    give_role(work, person, entry["role"], entry["organisation"], by=None)
    announce_person(work, person)
