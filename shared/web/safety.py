"""What every answer says to browsers, and what no request may be: strange hosts, endless bodies."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from shared.settings import Settings

MEGABYTE = 1024 * 1024
BODY = 4 * MEGABYTE
"""The largest body that is no upload; a form field in an upload may be as long as that too."""
PARTS = 5000
"""The most parts of an upload: a form with hundreds of rows has a few thousand."""

_PAGE = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATA = "default-src 'none'; frame-ancestors 'none'; sandbox"
_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer of every service."""
TRANSPORT_SECURITY = "max-age=31536000"
"""A year of https only, said where the public address is https; other names below it are not ours."""


def keep_safe(app: Flask, settings: Settings, upload_megabytes: int) -> None:
    """Limits on what comes in, headers on what goes out; an upload may be as large as this."""
    app.config["MAX_CONTENT_LENGTH"] = (upload_megabytes + 1) * MEGABYTE
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY
    app.config["MAX_FORM_PARTS"] = PARTS
    app.config["TRUSTED_HOSTS"] = trusted_hosts(settings)
    https = is_https(settings)
    app.before_request(_limit_body)
    app.after_request(lambda answer: _say(answer, https=https))


def is_https(settings: Settings) -> bool:
    """Whether people reach the system by https only."""
    return settings.public_url.startswith("https:")


def trusted_hosts(settings: Settings) -> list[str] | None:
    """The names under which a production system answers: its public one, and this machine's for health
    checks. A trial answers to any name."""
    if settings.environment != "production":
        return None
    return [urlsplit(settings.public_url).hostname or "localhost", "localhost", "127.0.0.1"]


def page_nonce() -> str:
    """The mark that the scripts of this one page carry; nobody can guess it for text they smuggle in."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    nonce: str = g.nonce
    return nonce


def _limit_body() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = BODY


def _say(answer: Response, *, https: bool) -> Response:
    is_page = answer.mimetype == "text/html"
    policy = _PAGE.format(nonce=page_nonce()) if is_page else _DATA
    answer.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if https:
        answer.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    if request.endpoint != "static" and not (answer.cache_control.public or answer.cache_control.private):
        answer.headers["Cache-Control"] = "no-store"
    return answer
