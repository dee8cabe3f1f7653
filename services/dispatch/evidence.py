"""Evidence files of a request: stored before the row that names them, and handed out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from shared.files import StoredFile
from shared.web import runtime

_MEGABYTE = 1024 * 1024


def stored(files: Sequence[FileStorage]) -> list[tuple[str, StoredFile]]:
    """Name and stored file of each one chosen; raises TooLarge or FileRefused."""
    limit = int(runtime().policy.get("intake.upload_max_mb")) * _MEGABYTE
    return [
        (_name(file), runtime().files.keep(cast("BinaryIO", file.stream), limit))
        for file in files
        if file.filename
    ]


def _name(file: FileStorage) -> str:
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]
