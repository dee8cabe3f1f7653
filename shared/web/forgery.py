"""Writing requests must come from our own pages, or carry a bearer token that no browser sends by itself."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import current_app, request

from shared.errors import Forbidden
from shared.web.access import person_or_none

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CROSS_SITE = "这个请求不是从本站页面发出的，已拒绝。请回到本站页面重新操作。"


def refuse_cross_site() -> None:
    """Before a writing request: what the browser says of its origin, then the secret of the session.

    A request with an Authorization header is spared: with one the cookie is not looked at. An empty one
    is none.
    """
    if request.method in _SAFE_METHODS or request.headers.get("Authorization", "").strip():
        return
    if not _comes_from_here():
        raise Forbidden(CROSS_SITE)
    person = person_or_none()
    if person is None:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    # The token of a program has no such secret: as a cookie it is worth nothing.
    if not person.csrf or not hmac.compare_digest(given.encode(), person.csrf.encode()):
        raise Forbidden(CROSS_SITE)


def _comes_from_here() -> bool:
    """Sec-Fetch-Site says it; older browsers name the origin; other programs have no cookie to misuse."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    known = {request.host, urlsplit(current_app.extensions["fayuan"].settings.public_url).netloc}
    return origin.partition("://")[2] in known
