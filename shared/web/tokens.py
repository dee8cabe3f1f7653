"""The signed token that says who is asking; every service verifies it offline (EdDSA)."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy.util import LRUCache

_PRIVATE = "identity.private.json"
_PUBLIC = "identity.public.json"
_ALGORITHM = "Ed25519"
_REMEMBERED = 2000  # verified tokens, the least used forgotten first
_REQUIRED = ("sub", "sid", "iat", "exp", "roles")


class TokenRefused(Exception):
    """The token is not ours, was changed, or ran out."""


def create_keys(folder: Path) -> None:
    """Make identity's signing key and publish its public half; existing files are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _PRIVATE).exists():
        return
    key = OKPKey.generate_key("Ed25519", parameters={"use": "sig"}, auto_kid=True)
    public = {"keys": [key.as_dict(private=False)]}
    (folder / _PUBLIC).write_text(json.dumps(public))
    handle = os.open(folder / _PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(key.as_dict(private=True), file)


def public_keys(folder: Path) -> dict[str, Any]:
    """The JSON Web Key Set that others verify with."""
    keys: dict[str, Any] = json.loads((folder / _PUBLIC).read_text())
    return keys


class Signer:
    """Issues tokens; only identity has one."""

    def __init__(self, folder: Path) -> None:
        self._key = OKPKey.import_key(json.loads((folder / _PRIVATE).read_text()))

    def sign(self, claims: dict[str, Any], lifetime: timedelta) -> str:
        """A token with these claims (`sub`, `sid`, `roles`, `name`, `csrf`), good for `lifetime`."""
        now = datetime.now(UTC)  # tokens live by the machine's time, whatever the business clock says
        # To the microsecond: whatever ends all tokens of before a moment spares none of the same second.
        times = {"iat": now.timestamp(), "exp": int((now + lifetime).timestamp())}
        header = {"alg": _ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, {**claims, **times}, self._key, algorithms=[_ALGORITHM])


class Verifier:
    """Reads tokens with the public keys."""

    def __init__(self, folder: Path) -> None:
        self._keys = KeySet.import_key_set(public_keys(folder))  # type: ignore[arg-type]
        self._verified: LRUCache[bytes, dict[str, Any]] = LRUCache(_REMEMBERED)

    def claims(self, token: str) -> dict[str, Any]:
        """What the token says; raises TokenRefused. The signature of one seen before holds still."""
        digest = sha256(token.encode()).digest()
        claims = self._verified.get(digest) or self._read(token)
        if claims["exp"] <= datetime.now(UTC).timestamp():
            raise TokenRefused("the token ran out")
        self._verified[digest] = claims
        return claims

    def _read(self, token: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._keys, algorithms=[_ALGORITHM])
        except (JoseError, ValueError) as error:
            raise TokenRefused("the token does not verify") from error
        claims: dict[str, Any] = decoded.claims
        if any(name not in claims for name in _REQUIRED):
            raise TokenRefused("the token lacks a claim")
        return claims
