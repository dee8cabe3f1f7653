"""Tokens for attacks: rightly signed ones with claims of one's choice, and the parts of forged ones."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from flask import Flask

from shared.web.tokens import Signer
from tests.rig import CENTRE

_NAMES = UUID("5d4c57c2-3c0f-4f43-b0f4-3a1f3f0f6c11")


def claims_for(who: str = "nobody in particular", *roles: str, at: str = CENTRE) -> dict[str, Any]:
    """What the token of an invented person says."""
    return {
        "sub": str(uuid5(_NAMES, who)), "sid": str(uuid5(_NAMES, f"session of {who}")), "name": who,
        "csrf": "csrf", "roles": [{"role": role, "organisation": at} for role in roles],
    }  # fmt: skip


def signed(app: Flask, lifetime: timedelta = timedelta(hours=1), **claims: Any) -> str:
    """A token with the system's own key."""
    keys = app.extensions["fayuan"].settings.keys_dir
    return Signer(keys).sign({**claims_for(), **claims}, lifetime)


def packed(part: bytes | dict[str, Any]) -> str:
    """A part of a token as it is written."""
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unpacked(part: str) -> dict[str, Any]:
    """A part of a token as it is meant."""
    meant: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return meant
