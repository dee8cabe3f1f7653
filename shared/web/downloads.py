"""Names of files that people chose, made fit for a header and for everybody's disk."""

from __future__ import annotations

import unicodedata

_LONGEST = 150
_RESERVED = '/\\:*?"<>|'
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control signs, of which line breaks would begin another header, and signs that turn the reading direction,
by which `gpj.exe` looks like `exe.jpg`."""


def safe_name(name: str) -> str:
    """The name of a download: what was chosen, without signs that mean something to headers or disks."""
    kept = "".join(
        sign for sign in unicodedata.normalize("NFC", name)
        if sign not in _RESERVED and unicodedata.category(sign) not in _UNSEEN
    ).strip(" .")  # fmt: skip
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST and dot:
        return stem[: _LONGEST - len(ending) - 1] + dot + ending[:_LONGEST]
    return kept[:_LONGEST] or "file"
