"""Digests of records: the same content gives the same SHA-256, whoever computes it and when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; moments, dates, decimals and UUIDs as their usual text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)


def sha256_of(value: Any) -> str:
    """64 hex digits over the canonical JSON of the value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def item(kind: str, identifier: object, content: Any) -> dict[str, str]:
    """One entry of a sealed record: {"kind", "id", "sha256"} with the digest of its content."""
    return {"kind": kind, "id": str(identifier), "sha256": sha256_of(content)}


def file_item(kind: str, identifier: object, sha256: str) -> dict[str, str]:
    """One entry for a stored file, whose digest is already known."""
    return {"kind": kind, "id": str(identifier), "sha256": sha256}


def digest_of_items(items: Iterable[dict[str, str]]) -> str:
    """The digest of a whole record: over its entries in the order of kind and id."""
    return sha256_of(sorted(items, key=lambda entry: (entry["kind"], entry["id"])))


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
