"""The one cookie: only identity sets it, every service reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response

from services.identity.logins.sessions import Ticket
from shared.web import runtime
from shared.web.cookies import cookie_name
from shared.web.safety import is_https
from shared.web.tokens import Signer


@cache
def signer(folder: Path) -> Signer:
    """The signing key of a folder, read once."""
    return Signer(folder)


def hand_over(answer: Response, ticket: Ticket) -> Response:
    """Give the browser the token of a session."""
    settings = runtime().settings
    token = signer(settings.keys_dir).sign(ticket.claims, ticket.lifetime)
    answer.set_cookie(
        cookie_name(), token, max_age=int(ticket.lifetime.total_seconds()), httponly=True, samesite="Lax",
        secure=is_https(settings), path="/",
    )  # fmt: skip
    return answer


def take_back(answer: Response) -> Response:
    """Make the browser forget its token."""
    secure = is_https(runtime().settings)
    answer.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Lax", secure=secure)
    return answer
