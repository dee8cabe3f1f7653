"""The notice of rights and duties that stands before every application (S0-7.3.1a): one file per version.

A version that was ever shown stays in the folder `notices`, so that a consent can be read beside its text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from shared.errors import NotFound

_FOLDER = Path(__file__).parent / "notices"


@dataclass(frozen=True)
class Notice:
    """One version: its parts, each with a title and sentences, and the hash of the file."""

    version: str
    title: str
    parts: tuple[dict[str, Any], ...]
    sha256: str


@lru_cache
def notice(version: str) -> Notice:
    """The notice of that version; raises NotFound."""
    path = next((p for p in _FOLDER.glob("*.yaml") if p.stem == version), None)
    if path is None:
        raise NotFound
    raw = path.read_bytes()
    content = yaml.safe_load(raw)
    return Notice(version, content["title"], tuple(content["parts"]), hashlib.sha256(raw).hexdigest())


def current_notice() -> Notice:
    """The notice in force: the newest version (the names sort by date)."""
    return notice(max(path.stem for path in _FOLDER.glob("*.yaml")))
