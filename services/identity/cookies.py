"""The one cookie: only identity sets it, every service reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response

from services.identity.sessions import Ticket
from shared.web import runtime
from shared.web.tokens import COOKIE, Signer


@cache
def signer(folder: Path) -> Signer:
    """The signing key of a folder, read once."""
    return Signer(folder)


def hand_over(answer: Response, ticket: Ticket) -> Response:
    """Give the browser the token of a session."""
    settings = runtime().settings
    token = signer(settings.keys_dir).sign(ticket.claims, ticket.lifetime)
    answer.set_cookie(
        COOKIE, token, max_age=int(ticket.lifetime.total_seconds()), httponly=True, samesite="Lax",
        secure=settings.public_url.startswith("https:"), path="/",
    )  # fmt: skip
    return answer


def take_back(answer: Response) -> Response:
    """Make the browser forget its token."""
    secure = runtime().settings.public_url.startswith("https:")
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=secure)
    return answer
