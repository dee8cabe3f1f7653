"""Personal data at rest and on the way: sealed field by field, found again by a blind index (S0-10.1.1).

A sealed value is `v1.<key id>.<nonce>.<ciphertext>` (base64url, AES-256-GCM); the place it belongs to
is authenticated with it, so a value copied into another column does not open. Keys rotate while the system
runs: see docs/adr/0014-keys-that-rotate.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.field_keys import FILE, FIRST, FieldKeys, Watched, make_first_key, read_keys

_as_json = json.JSONEncoder(ensure_ascii=False).encode
_INDEX_LENGTH = 64  # what the columns of indexes hold


class SealError(Exception):
    """A sealed value cannot be opened: wrong key, wrong place, or changed."""


class Keyring:
    """The field keys: the newest seals, all of them open.

    One that was loaded from a folder looks at the file now and then when it seals or indexes, and at once
    when a value names a key that it does not know: nobody has to be started anew because of a rotation.
    """

    def __init__(self, keys: dict[str, bytes], newest: str, folder: Path | None = None) -> None:
        self._known = FieldKeys(newest, keys)
        self._folder = folder
        self._file = None if folder is None else Watched(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Keyring:
        """Read `fields.json` of the keys folder; raises FileNotFoundError before the first prepare."""
        keyring = cls({}, "", folder)  # watched from before it is read
        keyring._known = read_keys(folder)
        return keyring

    @staticmethod
    def create(folder: Path) -> None:
        """Make the first key; an existing file is left alone."""
        make_first_key(folder)

    def known(self, *, at_once: bool = False) -> FieldKeys:
        """The keys as the file had them at the last look, or has them now."""
        if self._file is not None and self._folder is not None and self._file.changed(at_once=at_once):
            self._known = read_keys(self._folder)
        return self._known

    def seal(self, value: Any, place: str) -> str:
        """A JSON value sealed for `place` (e.g. `submission.answers`)."""
        known, nonce = self.known(), secrets.token_bytes(12)
        plain = _as_json(value).encode()
        sealed = AESGCM(known.keys[known.newest]).encrypt(nonce, plain, place.encode())
        return f"v1.{known.newest}.{_b64(nonce)}.{_b64(sealed)}"

    def open(self, sealed: str, place: str) -> Any:
        """The value again; raises SealError."""
        try:
            _version, kid, nonce, text = sealed.split(".")
            plain = AESGCM(self._key(kid)).decrypt(_unb64(nonce), _unb64(text), place.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealError(f"a sealed value of {place} does not open") from error
        return json.loads(plain)

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """A file's content sealed for `place`: `v1.<key id>.`, 12 bytes of nonce, ciphertext."""
        known, nonce = self.known(), secrets.token_bytes(12)
        sealed = AESGCM(known.keys[known.newest]).encrypt(nonce, content, place.encode())
        return f"v1.{known.newest}.".encode() + nonce + sealed

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again; raises SealError."""
        try:
            _version, kid, rest = sealed.split(b".", 2)
            return AESGCM(self._key(kid.decode())).decrypt(rest[:12], rest[12:], place.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealError(f"sealed content of {place} does not open") from error

    def blind_index(self, text: str) -> str:
        """Under which a text is stored: the same text gives the same 64 characters as long as the newest key
        is the same; nobody without the key can go back."""
        known = self.known()
        return _index(known.newest, known.keys[known.newest], text)

    def blind_indexes(self, text: str) -> tuple[str, ...]:
        """Under which a text may have been stored so far, the newest first: look for all of them."""
        known = self.known()
        return tuple(_index(kid, known.keys[kid], text) for kid in (known.newest, *known.old))

    def _key(self, kid: str) -> bytes:
        found = self._known.keys.get(kid)
        return self.known(at_once=True).keys[kid] if found is None else found


def key_of(sealed: str | bytes) -> str:
    """The id of the key that a sealed value names; raises SealError for anything else."""
    text = sealed[:20].decode("ascii", "replace") if isinstance(sealed, bytes) else sealed[:20]
    version, kid, _rest = [*text.split(".", 2), "", ""][:3]
    if version != "v1" or not kid:
        raise SealError("this is not sealed")
    return kid


def key_of_index(index: str) -> str:
    """The id of the key that a blind index was made with."""
    kid, dot, _digest = index.partition(".")
    return kid if dot else FIRST


_installed: list[Keyring] = []


def install(keyring: Keyring) -> None:
    """Make this process's keys known to the `Encrypted` columns (a column type cannot be handed them)."""
    _installed[:] = [keyring]


def installed() -> Keyring:
    """The keys of this process; raises SealError before `install`."""
    if not _installed:
        raise SealError("no field keys are installed in this process")
    return _installed[0]


def _index(kid: str, key: bytes, text: str) -> str:
    """The first key's indexes bear no key id: they are older than rotation."""
    digest = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return digest if kid == FIRST else f"{kid}.{digest}"[:_INDEX_LENGTH]


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
