"""Uploaded files: kept by their SHA-256 in a folder, written safely before the row that names them.

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

from shared.errors import Invalid, TooLarge

_CHUNK = 1 << 16
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
    """A folder of files named by what they hold."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, stream: BinaryIO, limit: int) -> StoredFile:
        """Store what the stream holds; at most `limit` bytes, else TooLarge or FileRefused.

        The file is on disk (fsync, rename) when this returns, so a row committed afterwards never
        names a missing file; a file whose row never came is swept by `sweep`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as target:
                digest, size = _copy(stream, target, limit)
            kind = _kind_of(Path(name), size)
            os.replace(name, self._folder / digest)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)
        return StoredFile(digest, size, kind)

    def path(self, sha256: str) -> Path:
        """Where the file lies; it may be missing when the id was made up."""
        return self._folder / sha256

    def intact(self, sha256: str) -> bool:
        """Whether the file is there and still holds what its name says."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def sweep(self, known: set[str], older_than: float) -> int:
        """Remove files no row names, last changed before that Unix time; how many."""
        removed = 0
        for path in self._folder.glob("*"):
            if path.name not in known and path.stat().st_mtime < older_than:
                path.unlink()
                removed += 1
        return removed


def _copy(stream: BinaryIO, target: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(zh=f"文件不能超过 {limit // (1024 * 1024)} MB。")
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _kind_of(path: Path, size: int) -> str:
    kind = filetype.guess_mime(str(path)) if size else None
    if kind not in ALLOWED:
        raise FileRefused
    return str(kind)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
