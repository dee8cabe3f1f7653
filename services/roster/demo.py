"""The demo people as the roster knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.handlers import Particulars, add_member, note_organisation, note_person
from services.roster.models import Member, Organisation, Person
from shared.contracts.identity import OrganisationChanged, PersonChanged
from shared.messaging.work import UnitOfWork


def seed(work: UnitOfWork, demo: Mapping[str, Any]) -> None:
    """Add what is missing, as identity will announce it too; who exists is left as they are."""
    firms = {place["path"]: place for place in demo["organisations"]}
    for place in firms.values():
        if work.session.get(Organisation, place["id"]) is None:
            note_organisation(
                OrganisationChanged(
                    organisation_id=place["id"], path=place["path"], kind=place["kind"], name=place["name"]
                ),
                work,
            )
    for entry in demo["people"]:
        if "member" in entry and work.session.get(Member, entry["id"]) is None:
            _add_member(work, entry, firms[entry["organisation"]])


def _add_member(work: UnitOfWork, entry: Mapping[str, Any], firm: Mapping[str, Any]) -> None:
    if work.session.get(Person, entry["id"]) is None:
        note_person(
            PersonChanged(
                person_id=entry["id"], active=True,
                roles=[{"role": entry["role"], "organisation": firm["path"]}],
                person={"name": entry["name"], "phone": entry["phone"]},
            ),
            work,
        )  # fmt: skip
    given = entry["member"]
    particulars = Particulars(
        kind=given["kind"], licensed_on=given["licensed_on"], review_passed=given["review_passed"],
        sanctioned_on=None, matters=[], entered_on=given["entered_on"], left_on=None,
    )  # fmt: skip
    add_member(work, entry["id"], firm["id"], particulars)
