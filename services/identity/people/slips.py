"""The slip with which somebody chooses their password: a code and an address, shown once and printed.

It is not sent by the notification service: what that sends stays readable for those who look after
deliveries, and whoever reads a code before its owner becomes them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Response

from services.identity.pages.login import MACHINE, page
from shared.web import runtime

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
_GROUPS, _GROUP = 3, 4


@dataclass(frozen=True)
class Slip:
    """Whose password the code sets."""

    person_id: UUID
    name: str
    login: str
    code: str


def new_code() -> str:
    """Twelve signs of chance (59 bits), e.g. `7KQ2-9MXA-RT4H`: easy to read out, hopeless to guess."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def slip_page(slips: Sequence[Slip]) -> Response:
    """The page with the slips; nobody can call it up again."""
    here = runtime()
    until = MACHINE.now() + timedelta(days=int(here.policy.get("accounts.invitation_days")))
    address = here.settings.public_url.rstrip("/") + "/identity/join"
    return page("slips.html", slips=slips, until=until, address=address)
