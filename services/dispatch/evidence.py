"""Files chosen as evidence on their way in; they are stored once the request itself is found in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage


def chosen(files: Sequence[FileStorage]) -> list[tuple[str, BinaryIO]]:
    """Name (without folders) and content of each file that was chosen."""
    return [
        ((file.filename or "").replace("\\", "/").rpartition("/")[2], cast("BinaryIO", file.stream))
        for file in files
        if file.filename
    ]
