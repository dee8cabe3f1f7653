"""What the archive's manifest says about intake's part of a case: one SHA-256 per row or file."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def item(kind: str, identifier: object, content: Mapping[str, Any]) -> dict[str, str]:
    """The manifest line of a row: the hash of its content as canonical JSON."""
    return {"kind": kind, "id": str(identifier), "sha256": _sha256(content)}


def file_item(identifier: object, sha256: str) -> dict[str, str]:
    """The manifest line of an uploaded file: the file's own hash."""
    return {"kind": "file", "id": str(identifier), "sha256": sha256}


def digest_of(items: Iterable[Mapping[str, str]]) -> tuple[str, list[dict[str, str]]]:
    """The hash over all lines, and the lines in the order it was made in."""
    ordered = sorted((dict(i) for i in items), key=lambda i: (i["kind"], i["id"]))
    return _sha256(ordered), ordered


def _sha256(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
