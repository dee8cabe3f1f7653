"""Uploaded files: kept sealed, by the SHA-256 of their content, before the row that names them.

A file is what its first bytes say, not what its name claims; anything not on the list is refused.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import filetype

from shared.errors import Invalid, NotFound, TooLarge
from shared.secrecy import Keyring, SealError, key_of

_PLACE = "file"
_DIGEST = re.compile("[0-9a-f]{64}")
_HEAD = 20  # bytes in which a sealed file names its key
ALLOWED: dict[str, str] = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
}
"""Media types that may be handed in, with the ending they are given."""


@dataclass(frozen=True)
class StoredFile:
    """What was kept: its SHA-256 (64 hex digits), size in bytes and media type."""

    sha256: str
    size: int
    media_type: str


class FileRefused(Invalid):
    """The file is empty or of a kind that is not accepted."""

    zh = "只能上传 PDF、JPG、PNG 或 Word 文件，且文件不能为空。"


class FileStore:
    """A folder of sealed files named by the SHA-256 of what they hold (S0-10.1.1)."""

    def __init__(self, folder: Path, keys: Keyring) -> None:
        self._folder = folder
        self._keys = keys

    def keep(self, stream: BinaryIO, limit: int) -> StoredFile:
        """Store what the stream holds; at most `limit` bytes, else TooLarge or FileRefused.

        The file is on disk (fsync, rename) when this returns, so a row committed afterwards never
        names a missing file.
        """
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise TooLarge(zh=f"文件不能超过 {limit // (1024 * 1024)} MB。")
        kind = filetype.guess_mime(content) if content else None
        if kind not in ALLOWED:
            raise FileRefused
        digest = hashlib.sha256(content).hexdigest()
        with self._alone():
            self._write(digest, self._keys.seal_bytes(content, f"{_PLACE} {digest}"))
        return StoredFile(digest, len(content), str(kind))

    def read(self, sha256: str) -> bytes:
        """The content; raises NotFound when there is none, SealError when it was changed on disk."""
        try:
            sealed = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound from None
        return self._keys.open_bytes(sealed, f"{_PLACE} {sha256}")

    def remove(self, sha256: str) -> None:
        """Delete the file; one that is gone is fine."""
        with self._alone():
            self.path(sha256).unlink(missing_ok=True)

    def keys_named(self) -> Counter[str]:
        """How many files name which key."""
        return Counter(self._key_of(name) for name in self._names())

    def reseal(self, done: Callable[[int], None]) -> None:
        """Seal every file that names an old key anew, one after the other; `done` is told each time."""
        for name in self._names():
            if self._key_of(name) != self._keys.known().newest and self._reseal(name):
                done(1)

    def path(self, sha256: str) -> Path:
        """Where the sealed file lies, or would lie."""
        return self._folder / sha256

    def _names(self) -> list[str]:
        return sorted(p.name for p in self._folder.glob("*") if _DIGEST.fullmatch(p.name))

    def _key_of(self, name: str) -> str:
        try:
            with self.path(name).open("rb") as file:
                return key_of(file.read(_HEAD))
        except FileNotFoundError:  # deleted meanwhile
            return self._keys.known().newest

    def _reseal(self, name: str) -> bool:
        with self._alone():  # a file that is deleted meanwhile must not come back
            try:
                content, stored = self.read(name), self.path(name).stat().st_mtime_ns
            except (NotFound, SealError):  # what does not open stays as it is, and holds its key
                return False
            self._write(name, self._keys.seal_bytes(content, f"{_PLACE} {name}"), stored)
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, name: str, sealed: bytes, stored: int | None = None) -> None:
        """`stored`: when it was stored first (nanoseconds): what nobody names is deleted by its age."""
        handle, draft = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(sealed)
                target.flush()
                os.fsync(target.fileno())
            if stored is not None:
                os.utime(draft, ns=(stored, stored))
            os.replace(draft, self.path(name))
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _sync(self._folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
