"""The name of the one cookie that says who is asking."""

from __future__ import annotations

from flask import current_app

from shared.settings import Settings
from shared.web.safety import is_https

NAME = "fayuan"
GUARDED = "__Host-fayuan"
"""By this beginning browsers refuse the cookie unless it is Secure, for this host alone and all of it: no
neighbour below the same domain can plant one."""


def cookie_name(settings: Settings | None = None) -> str:
    """The cookie's name: the guarded one where people reach the system by https."""
    known = settings or current_app.extensions["fayuan"].settings
    return GUARDED if is_https(known) else NAME
