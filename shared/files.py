"""Uploaded files: kept sealed, by the SHA-256 of their content, before the row that names them.

A file is what its first bytes say, not what its name claims; anything not on the list is refused.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import filetype

from shared.errors import Invalid, NotFound, TooLarge
from shared.secrecy import Keyring

_PLACE = "file"
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
        self._write(digest, self._keys.seal_bytes(content, f"{_PLACE} {digest}"))
        return StoredFile(digest, len(content), str(kind))

    def read(self, sha256: str) -> bytes:
        """The content; raises NotFound when there is none, SealError when it was changed on disk."""
        try:
            sealed = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound from None
        return self._keys.open_bytes(sealed, f"{_PLACE} {sha256}")

    def path(self, sha256: str) -> Path:
        """Where the sealed file lies, or would lie."""
        return self._folder / sha256

    def _write(self, name: str, sealed: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(sealed)
                target.flush()
                os.fsync(target.fileno())
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
