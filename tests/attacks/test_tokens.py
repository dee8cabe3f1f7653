"""Tokens that were forged, changed or borrowed open nothing, at any of the nine doors."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256, sha384, sha512
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.routes import all_routes
from services.system import SERVICES
from shared.web.cookies import NAME
from shared.web.tokens import Verifier, public_keys
from tests.attacks.addresses import address
from tests.attacks.tokens import claims_for, packed, signed, unpacked

DOORS = {route.service: address(route.path) for route in reversed(all_routes())
         if route.action and "GET" in route.methods}  # fmt: skip
"""Of every service an address that needs a login."""
Apps = dict[str, Flask]
HASHES = {"HS256": sha256, "HS384": sha384, "HS512": sha512}


def published(app: Flask) -> dict[str, Any]:
    """The key that everybody may read."""
    key: dict[str, Any] = public_keys(app.extensions["fayuan"].settings.keys_dir)["keys"][-1]
    return key


def timed(**more: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {**claims_for("attacker", "administrator"), "iat": now.timestamp(),
            "exp": int((now + timedelta(hours=1)).timestamp()), **more}  # fmt: skip


def unsigned(_: Flask, alg: str) -> str:
    return f"{packed({'alg': alg, 'typ': 'JWT'})}.{packed(timed())}."


def with_our_signature(app: Flask, alg: str) -> str:
    """What somebody signed with our key for another, under a header that takes the signature away."""
    return unsigned(app, alg) + signed(app).split(".")[2]


def secret_is_public(app: Flask, alg: str) -> str:
    """Signed with the published key as if it were a shared secret."""
    head = f"{packed({'alg': alg, 'kid': published(app)['kid']})}.{packed(timed())}"
    secret = json.dumps(published(app)).encode() if alg == "HS256" else published(app)["x"].encode()
    return f"{head}.{packed(hmac.new(secret, head.encode(), HASHES[alg]).digest())}"


def own_key(app: Flask, **header: Any) -> str:
    """Signed with a key of the attacker's, who names it in some way."""
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    head = {"alg": "Ed25519", "kid": published(app)["kid"], **header}
    if header.get("jwk") == "own":
        head["jwk"] = key.as_dict(private=False)
    return jwt.encode(head, timed(), key, algorithms=["Ed25519"])


def altered(app: Flask, change: Callable[[dict[str, Any]], None]) -> str:
    """A right token whose claims were changed afterwards."""
    head, body, signature = signed(app, roles=[]).split(".")
    claims = unpacked(body)
    change(claims)
    return f"{head}.{packed(claims)}.{signature}"


def _is_more(claims: dict[str, Any]) -> None:
    claims["roles"] = claims_for("attacker", "administrator")["roles"]


FORGED: dict[str, Callable[[Flask], str]] = {
    **{f"alg {alg}": partial(unsigned, alg=alg) for alg in ("none", "None", "NONE", "")},
    "alg none with a signature": partial(with_our_signature, alg="none"),
    **{f"{alg} with the public key": partial(secret_is_public, alg=alg) for alg in HASHES},
    "another key under our key's name": own_key,
    "a kid that is nobody's": lambda app: own_key(app, kid="other"),
    "a kid that is a path": lambda app: own_key(app, kid="../../../../dev/null"),
    "a kid that is SQL": lambda app: own_key(app, kid="' UNION SELECT 1 --"),
    "a key that comes along": lambda app: own_key(app, jwk="own"),
    "an address of keys": lambda app: own_key(app, jku="https://evil.test/jwks.json"),
    "more roles": lambda app: altered(app, _is_more),
    "another person": lambda app: altered(app, lambda claims: claims.update(sub=claims_for("x")["sub"])),
    "a longer life": lambda app: altered(app, lambda claims: claims.update(exp=claims["exp"] + 3600)),
    "no end": lambda app: altered(app, lambda claims: claims.pop("exp")),
    "run out": lambda app: signed(app, timedelta(seconds=-1)),
    "runs out this moment": lambda app: signed(app, timedelta()),
    "no signature": lambda app: signed(app).rpartition(".")[0] + ".",
    "half a signature": lambda app: signed(app)[:-20],
    "two parts": lambda app: signed(app).rpartition(".")[0],
    "a list for claims": lambda app: f"{signed(app).split('.')[0]}.{packed(b'[]')}.x",
    "no JSON": lambda app: f"{packed(b'{')}.{packed(b'{')}.x",
    "very deep": lambda app: f"{packed(b'[' * 9000)}.{packed(b'[' * 9000)}.x",
    "very long": lambda app: "a" * 60_000,
    "nothing": lambda app: "..",
}
"""How the token is made; each stands in for a right one."""


def statuses(apps: Apps, token: str, *, cookie: bool) -> set[int]:
    """What the nine doors answer a request for JSON with this token."""
    found = set()
    for name, door in DOORS.items():
        client = apps[name].test_client(use_cookies=False)
        says = {"Cookie": f"{NAME}={token}"} if cookie else {"Authorization": f"Bearer {token}"}
        headers = {"Accept": "application/json", **says}
        found.add(client.get(door, headers=headers).status_code)
    return found


def test_the_doors_know_a_right_token(system_apps: Apps) -> None:
    """Else the others would prove nothing: it may be refused the door, but not for who it is."""
    assert set(DOORS) == set(SERVICES)
    right = signed(system_apps["identity"], **claims_for("somebody", "administrator", "reviewer"))
    for cookie in (True, False):
        assert 401 not in statuses(system_apps, right, cookie=cookie)


@pytest.mark.parametrize("name", FORGED)
def test_forged_tokens_are_nobodys(name: str, system_apps: Apps) -> None:
    token = FORGED[name](system_apps["identity"])
    assert statuses(system_apps, token, cookie=False) == {401}
    assert statuses(system_apps, token, cookie=True) == {401}


STRANGE: dict[str, dict[str, Any]] = {
    "sub": {"sub": "' OR 1=1 --"}, "sid": {"sid": 7}, "roles": {"roles": "administrator"},
    "a role without a place": {"roles": [{"role": "administrator"}]}, "roles of nothing": {"roles": None},
    "a role of the wrong kind": {"roles": ["administrator"]},
    "a limit that is none": {"limit": "x"}, "a list for a limit": {"limit": []},
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_claims_that_cannot_be_read_are_nobodys(name: str, system_apps: Apps) -> None:
    """Rightly signed, by a system of another version perhaps: no error page, nobody."""
    token = signed(system_apps["identity"], **STRANGE[name])
    assert statuses(system_apps, token, cookie=False) == {401}


@pytest.mark.parametrize("scheme", ["Basic", "bearer2", "Token", "Bearer,"])
def test_a_token_under_another_scheme_is_none_and_hides_the_cookie(scheme: str, system_apps: Apps) -> None:
    app = system_apps["identity"]
    client, token = app.test_client(), signed(app)
    client.set_cookie(NAME, token)
    headers = {"Accept": "application/json", "Authorization": f"{scheme} {token}"}
    assert client.get(DOORS["identity"], headers=headers).status_code == 401


def test_a_token_stands_in_no_address_and_no_form(system_apps: Apps) -> None:
    app = system_apps["identity"]
    token = signed(app, roles=claims_for("x", "administrator")["roles"])
    said = {"Accept": "application/json"}
    for name in ("token", "access_token", "fayuan", "jwt"):
        there = app.test_client().get("/identity/people", query_string={name: token}, headers=said)
        assert there.status_code == 401
    form = {"access_token": token, "csrf_token": "csrf", "id": claims_for("x")["sid"]}
    sent = app.test_client().post("/identity/account/sessions/end", data=form, headers=said)
    assert sent.status_code == 401


def test_what_was_once_refused_is_not_remembered_as_right(system_apps: Apps) -> None:
    """The signature of a token seen before holds; another signature below the same claims does not."""
    app = system_apps["identity"]
    verifier: Verifier = app.extensions["fayuan-verifier"]
    right = signed(app)
    verifier.claims(right)
    head, body, signature = right.split(".")
    wrong = f"{head}.{body}.{signature[:-4]}AAAA"
    assert statuses(system_apps, wrong, cookie=False) == {401}
    assert verifier.claims(right)["name"] == claims_for()["name"]
