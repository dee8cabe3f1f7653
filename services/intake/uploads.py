"""Files on their way in: stored before the transaction that names them, given up again when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from services.intake.handlers.applying import Upload, discard_file
from shared.errors import Invalid, Problem
from shared.web import runtime, transaction

_MEGABYTE = 1024 * 1024


@contextmanager
def stored(files: Sequence[FileStorage], kind: str) -> Iterator[list[Upload]]:
    """Store the chosen files and hand them to the block, which names them in its own transaction.

    Raises Invalid when none was chosen, TooLarge or FileRefused; then, and when the block refuses, the
    files stored so far are given up.
    """
    chosen = [file for file in files if file.filename]
    if not chosen:
        raise Invalid(fields={"file": ["请选择要上传的文件"]}, zh="请选择要上传的文件。")
    uploads: list[Upload] = []
    try:
        for file in chosen:
            uploads.append(_store(file, kind))
        yield uploads
    except Problem:
        with transaction() as work:
            for upload in uploads:
                discard_file(work, upload.file.sha256)
        raise


def _store(file: FileStorage, kind: str) -> Upload:
    limit = int(runtime().policy.get("intake.upload_max_mb")) * _MEGABYTE
    kept = runtime().files.keep(cast("BinaryIO", file.stream), limit)
    return Upload(kind, (file.filename or "").replace("\\", "/").rpartition("/")[2], kept)
