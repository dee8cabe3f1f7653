"""The signed token that says who is asking; every service verifies it offline (EdDSA)."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy.util import LRUCache

from shared.field_keys import Watched, replace_file

_PRIVATE = "identity.private.json"
_PUBLIC = "identity.public.json"
_ALGORITHM = "Ed25519"
_REMEMBERED = 2000  # verified tokens, the least used forgotten first
_FROM = "signs_from"
PUBLISHED_BEFORE = timedelta(minutes=10)
"""How long a new key is published before it signs: twice as long as anybody keeps the published keys."""
LONGEST_TOKEN = timedelta(days=1)
_REQUIRED = ("sub", "sid", "iat", "exp", "roles")


class TokenRefused(Exception):
    """The token is not ours, was changed, or ran out."""


def create_keys(folder: Path) -> None:
    """Make identity's signing key and publish its public half; existing files are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _PRIVATE).exists():
        return
    key = _new_key()
    public = {"keys": [key.as_dict(private=False)]}
    (folder / _PUBLIC).write_text(json.dumps(public))
    handle = os.open(folder / _PRIVATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(key.as_dict(private=True), file)


def public_keys(folder: Path) -> dict[str, Any]:
    """The JSON Web Key Set that others verify with."""
    keys: dict[str, Any] = json.loads((folder / _PUBLIC).read_text())
    return keys


def rotate_signing_key(folder: Path, now: datetime) -> datetime:
    """Publish a new key at once, that signs from the moment that is returned: by then everybody who keeps the
    published keys for a while has it. Nothing is started anew."""
    key, start = _new_key(), now + PUBLISHED_BEFORE
    public = public_keys(folder)["keys"]
    replace_file(folder / _PUBLIC, json.dumps({"keys": [*public, key.as_dict(private=False)]}), 0o644)
    new = {**key.as_dict(private=True), _FROM: int(start.timestamp())}
    replace_file(folder / _PRIVATE, json.dumps({"keys": [*_private_keys(folder), new]}))
    return start


def retire_signing_keys(folder: Path, now: datetime) -> int:
    """Withdraw the keys whose last token has run out; how many."""
    keys = _private_keys(folder)
    over = [
        old["kid"] for old, following in pairwise(keys)
        if following[_FROM] + LONGEST_TOKEN.total_seconds() <= now.timestamp()
    ]  # fmt: skip
    if over:
        kept = [key for key in public_keys(folder)["keys"] if key["kid"] not in over]
        replace_file(folder / _PUBLIC, json.dumps({"keys": kept}), 0o644)
        kept = [key for key in keys if key["kid"] not in over]
        replace_file(folder / _PRIVATE, json.dumps({"keys": kept}))
    return len(over)


class Signer:
    """Issues tokens; only identity has one. It looks at its file now and then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = Watched(folder / _PRIVATE)
        self._read()

    def sign(self, claims: dict[str, Any], lifetime: timedelta) -> str:
        """A token with these claims (`sub`, `sid`, `roles`, `name`, `csrf`), good for `lifetime`.

        Raises ValueError for a lifetime over `LONGEST_TOKEN`: its key might be withdrawn before.
        """
        if lifetime > LONGEST_TOKEN:
            raise ValueError("no token lives that long")
        now = datetime.now(UTC)  # tokens live by the machine's time, whatever the business clock says
        # To the microsecond: whatever ends all tokens of before a moment spares none of the same second.
        times = {"iat": now.timestamp(), "exp": int((now + lifetime).timestamp())}
        key = self._key(times["iat"])
        header = {"alg": _ALGORITHM, "kid": key.kid}
        return jwt.encode(header, {**claims, **times}, key, algorithms=[_ALGORITHM])

    def _key(self, now: float) -> OKPKey:
        if self._file.changed():
            self._read()
        return [key for start, key in self._keys if start <= now][-1]

    def _read(self) -> None:
        self._keys = [(key[_FROM], OKPKey.import_key(key)) for key in _private_keys(self._folder)]


class Verifier:
    """Reads tokens with the public keys. It looks at their file now and then: a key that was added counts
    soon, and so does that one is withdrawn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = Watched(folder / _PUBLIC)
        self._learn()

    def claims(self, token: str) -> dict[str, Any]:
        """What the token says; raises TokenRefused. The signature of one seen before holds still."""
        if self._file.changed():
            self._learn()
        verified, digest = self._verified, sha256(token.encode()).digest()
        claims = verified.get(digest) or self._read(token)
        if claims["exp"] <= datetime.now(UTC).timestamp():
            raise TokenRefused("the token ran out")
        verified[digest] = claims
        return claims

    def _learn(self) -> None:
        self._keys = KeySet.import_key_set(public_keys(self._folder))  # type: ignore[arg-type]
        self._verified: LRUCache[bytes, dict[str, Any]] = LRUCache(_REMEMBERED)

    def _read(self, token: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._keys, algorithms=[_ALGORITHM])
        except (JoseError, ValueError) as error:
            raise TokenRefused("the token does not verify") from error
        claims: dict[str, Any] = decoded.claims
        if any(name not in claims for name in _REQUIRED):
            raise TokenRefused("the token lacks a claim")
        return claims


def _new_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"use": "sig"}, auto_kid=True)


def _private_keys(folder: Path) -> list[dict[str, Any]]:
    """The signing keys in the order in which they begin to sign; the first system had one, alone."""
    stored = json.loads((folder / _PRIVATE).read_text())
    return [{_FROM: 0, **key} for key in stored.get("keys", [stored])]
