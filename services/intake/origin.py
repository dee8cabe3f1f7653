"""From where a request came, for the record of a consent."""

from __future__ import annotations

from flask import request

_LONGEST = 200


def origin() -> str:
    """The address of the connection; behind our own proxy also the one the proxy saw.

    Both are kept as they are: a socket file has no address, and without a proxy anybody may send the
    header, so neither is believed alone.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    seen = request.remote_addr or "local socket"
    return f"{seen}, forwarded for {forwarded}"[:_LONGEST] if forwarded else seen
