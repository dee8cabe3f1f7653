"""The demo persons as HTTP clients: each logs in with the printed password."""

from __future__ import annotations

import base64
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import yaml

_PEOPLE = yaml.safe_load((Path(__file__).parent / "people.yaml").read_text(encoding="utf-8"))

NAMES: dict[str, str] = {person["login"]: person["name"] for person in _PEOPLE["people"]}
"""The invented name behind each login."""


class Refused(Exception):
    """The system said no; carries the status and the problem."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(
            f"{answer.status_code} {answer.request.method} {answer.request.url.path}: {answer.text[:500]}"
        )
        self.status = answer.status_code
        self.answer = answer


class Actor:
    """One demo person, logged in; every call is made with their token."""

    def __init__(self, http: httpx.Client, login: str) -> None:
        self._http = http
        self.login = login
        known = next(p for p in _PEOPLE["people"] if p["login"] == login)
        self.role: str = known["role"]

    @cached_property
    def token(self) -> str:
        """The token that the login page puts into the cookie."""
        form = {"login": self.login, "password": _PEOPLE["password"]}
        answer = self._http.post("/identity/login", data=form, follow_redirects=False)
        token = answer.cookies.get("fayuan")
        self._http.cookies.clear()
        if token is None:
            raise Refused(answer)
        return token

    @cached_property
    def id(self) -> str:
        """The person's id, as the token says."""
        middle = self.token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return str(claims["sub"])

    @property
    def headers(self) -> dict[str, str]:
        """What says who is asking."""
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of the answer (None for a page or without a body); raises Refused."""
        answer = self._http.request(method, path, headers=self.headers, **options)
        if answer.status_code >= 400:
            raise Refused(answer)
        is_json = answer.content and "json" in answer.headers.get("Content-Type", "")
        return answer.json() if is_json else None

    def get(self, path: str, **parameters: Any) -> Any:
        """GET."""
        return self.call("GET", path, params=parameters)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """POST of a JSON body, or of a form with files."""
        return self.call("POST", path, **({"json": body} if body is not None else {}), **options)


class Integration:
    """The demo API client: reads the public events."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._client = _PEOPLE["clients"][0]

    @cached_property
    def _token(self) -> str:
        form = {
            "grant_type": "client_credentials", "client_id": self._client["client_id"],
            "client_secret": self._client["secret"],
        }  # fmt: skip
        answer = self._http.post("/identity/oauth/token", data=form)
        if answer.status_code != 200:
            raise Refused(answer)
        return str(answer.json()["access_token"])

    def events(self, after: int, subject: str) -> tuple[list[dict[str, Any]], int]:
        """The CloudEvents of a case after a position of the feed, and the position to go on from."""
        answer = self._http.get(
            "/notify/api/events",
            params={"after": after, "subject": subject, "limit": 500},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        if answer.status_code != 200:
            raise Refused(answer)
        body = answer.json()
        return body["events"], body["next"]
