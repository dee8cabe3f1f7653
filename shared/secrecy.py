"""Personal data at rest and on the way: sealed field by field, found again by a blind index (S0-10.1.1).

A sealed value is `v1.<key id>.<nonce>.<ciphertext>` (base64url, AES-256-GCM); the place it belongs to
is authenticated with it, so a value copied into another column does not open.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FILE = "fields.json"


class SealError(Exception):
    """A sealed value cannot be opened: wrong key, wrong place, or changed."""


class Keyring:
    """The field keys: the newest seals, all of them open."""

    def __init__(self, keys: dict[str, bytes], newest: str) -> None:
        self._keys = keys
        self._newest = newest

    @classmethod
    def load(cls, folder: Path) -> Keyring:
        """Read `fields.json` of the keys folder; raises FileNotFoundError before the first prepare."""
        stored = json.loads((folder / _FILE).read_text())
        return cls({kid: _unb64(text) for kid, text in stored["keys"].items()}, stored["newest"])

    @staticmethod
    def create(folder: Path) -> None:
        """Make the first key, readable by the owner only; an existing file is left alone.

        The file appears complete or not at all: half a key file would make the data unreadable.
        """
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{_FILE}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"newest": "k1", "keys": {"k1": _b64(secrets.token_bytes(32))}}, file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, folder / _FILE)
        draft.unlink()

    def seal(self, value: Any, place: str) -> str:
        """A JSON value sealed for `place` (e.g. `submission.answers`)."""
        nonce = secrets.token_bytes(12)
        plain = json.dumps(value, ensure_ascii=False).encode()
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, plain, place.encode())
        return f"v1.{self._newest}.{_b64(nonce)}.{_b64(sealed)}"

    def open(self, sealed: str, place: str) -> Any:
        """The value again; raises SealError."""
        try:
            _version, kid, nonce, text = sealed.split(".")
            plain = AESGCM(self._keys[kid]).decrypt(_unb64(nonce), _unb64(text), place.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealError(f"a sealed value of {place} does not open") from error
        return json.loads(plain)

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """A file's content sealed for `place`: `v1.<key id>.`, 12 bytes of nonce, ciphertext."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, content, place.encode())
        return f"v1.{self._newest}.".encode() + nonce + sealed

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again; raises SealError."""
        try:
            _version, kid, rest = sealed.split(b".", 2)
            return AESGCM(self._keys[kid.decode()]).decrypt(rest[:12], rest[12:], place.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealError(f"sealed content of {place} does not open") from error

    def blind_index(self, text: str) -> str:
        """The same text gives the same 64 hex digits; nobody without the key can go back."""
        first = self._keys[sorted(self._keys)[0]]
        return hmac.new(first, text.encode(), hashlib.sha256).hexdigest()


_installed: list[Keyring] = []


def install(keyring: Keyring) -> None:
    """Make this process's keys known to the `Encrypted` columns (a column type cannot be handed them)."""
    _installed[:] = [keyring]


def installed() -> Keyring:
    """The keys of this process; raises SealError before `install`."""
    if not _installed:
        raise SealError("no field keys are installed in this process")
    return _installed[0]


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
