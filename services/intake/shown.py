"""The parties of a case as a reader sees them: masked unless they have a reason to read them in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.masking import mask_id_number, mask_name, mask_phone

_ADDRESS_KEPT = 6


@dataclass(frozen=True)
class Party:
    """The applicant, whoever applies for them, and the other side, in words."""

    name: str
    id_number: str
    phone: str
    address: str
    agent: str
    opponents: tuple[str, ...]


def shown_party(answers: Mapping[str, Any], *, full: bool) -> Party:
    """The parties of an application, in full or masked."""
    opponents = tuple(row.get("name") or "" for row in answers.get("opponents") or [])
    texts = {
        name: answers.get(name) or "" for name in ("name", "id_number", "phone", "address", "agent_name")
    }
    if full:
        return Party(
            texts["name"],
            texts["id_number"],
            texts["phone"],
            texts["address"],
            texts["agent_name"],
            opponents,
        )
    return Party(
        mask_name(texts["name"]), mask_id_number(texts["id_number"]), mask_phone(texts["phone"]),
        texts["address"][:_ADDRESS_KEPT] + "****", mask_name(texts["agent_name"]),
        tuple(mask_name(name) for name in opponents),
    )  # fmt: skip
