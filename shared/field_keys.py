"""The file of the field keys: made once, added to, and read again by every process when it changed.

`fields.json`: {"newest": id, "keys": {id: base64url}, "since": {id: moment}, "retired": [id]}. The newest key
seals; the others only open. An id is never given twice: `retired` remembers those that are gone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST = "k1"
FILE = "fields.json"
LOOK_SECONDS = 0.5
"""How late a running process notices a change; whoever changes keys waits longer than that at each step."""
_LOCK = "rotation.lock"


class KeyInUse(Exception):
    """A key cannot be retired: it is the one that seals, or values under way may still name it."""


@dataclass(frozen=True)
class FieldKeys:
    """What the file says. `since`: when a key became the newest (machine time)."""

    newest: str
    keys: Mapping[str, bytes]
    since: Mapping[str, datetime] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    unfinished: bool = False
    """Whether what was sealed with old keys is still being sealed anew."""

    @property
    def old(self) -> tuple[str, ...]:
        """The keys that only open."""
        return tuple(kid for kid in self.keys if kid != self.newest)


def make_first_key(folder: Path) -> None:
    """Make the first key, readable by the owner only; an existing file is left alone.

    The file appears complete or not at all: half a key file would make the data unreadable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = FieldKeys(FIRST, {FIRST: secrets.token_bytes(32)})
    draft = _draft(folder / FILE, json.dumps(_as_json(first)))
    with contextlib.suppress(FileExistsError):
        os.link(draft, folder / FILE)
    draft.unlink()


def read_keys(folder: Path) -> FieldKeys:
    """What the file says now; raises FileNotFoundError before the first prepare."""
    stored = json.loads((folder / FILE).read_text())
    return FieldKeys(
        stored["newest"],
        {kid: _unb64(text) for kid, text in stored["keys"].items()},
        {kid: datetime.fromisoformat(text) for kid, text in stored.get("since", {}).items()},
        tuple(stored.get("retired", ())),
        stored.get("unfinished", False),
    )


def mark_of(file: Path) -> tuple[int, int] | None:
    """Changes with every change of a file of keys; None while it cannot be seen."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


class Watched:
    """A file of keys that a process looks at every half second of its use: a look costs more than a seal."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._next = time.monotonic() + LOOK_SECONDS
        self._mark = mark_of(file)

    def changed(self, *, at_once: bool = False) -> bool:
        """Whether the file is another one since the last look; it is read after that, so that a change in
        between is seen again."""
        now = time.monotonic()
        if now < self._next and not at_once:
            return False
        self._next = now + LOOK_SECONDS
        mark = mark_of(self._file)
        if mark is None or mark == self._mark:
            return False
        self._mark = mark
        return True


def replace_file(file: Path, text: str, mode: int = 0o600) -> None:
    """Put a file in the place of another: readers see the old one or the new one, whole, as its owner."""
    draft, before = _draft(file, text, mode), os.stat(file)
    if os.geteuid() == 0:  # an operator's file would shut the services out
        os.chown(draft, before.st_uid, before.st_gid)
    os.replace(draft, file)
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the keys of this folder meanwhile; raises BlockingIOError when somebody does."""
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def add_key(folder: Path) -> str:
    """Add a key that every process can open with from now on, and that seals nothing yet; its id. One that
    was added before and never sealed is taken again."""
    known = read_keys(folder)
    last = max((*known.keys, *known.retired), key=number_of)
    if last in known.keys and number_of(last) > number_of(known.newest):
        return last
    kid = f"k{number_of(last) + 1}"
    _write(folder, replace(known, keys={**known.keys, kid: secrets.token_bytes(32)}))
    return kid


def seal_with(folder: Path, kid: str, now: datetime) -> None:
    """Let that key seal from now on; what older ones sealed is then to be sealed anew."""
    known = read_keys(folder)
    _write(folder, replace(known, newest=kid, since={**known.since, kid: now}, unfinished=True))


def finish(folder: Path) -> None:
    """All that could be sealed anew is."""
    _write(folder, replace(read_keys(folder), unfinished=False))


def number_of(kid: str) -> int:
    """The number in a key's id: 12 of `k12`."""
    return int(kid.removeprefix("k"))


def retire_key(folder: Path, kid: str, now: datetime, after: timedelta) -> None:
    """Forget an old key for ever; raises KeyInUse before the newest has sealed for as long as `after`.

    The caller has looked that nothing at rest names it; the period is for what is under way.
    """
    known = read_keys(folder)
    if kid == known.newest:
        raise KeyInUse("it seals")
    since = known.since.get(known.newest)
    if since is None or now - since < after:
        raise KeyInUse("what was sealed with it may still be under way")
    kept = {each: key for each, key in known.keys.items() if each != kid}
    _write(folder, replace(known, keys=kept, retired=(*known.retired, kid)))


def _write(folder: Path, keys: FieldKeys) -> None:
    replace_file(folder / FILE, json.dumps(_as_json(keys)))


def _draft(file: Path, text: str, mode: int = 0o600) -> Path:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    return draft


def _as_json(keys: FieldKeys) -> dict[str, Any]:
    return {
        "newest": keys.newest,
        "keys": {kid: _b64(key) for kid, key in keys.keys.items()},
        "since": {kid: at.astimezone(UTC).isoformat() for kid, at in keys.since.items()},
        "retired": list(keys.retired),
        "unfinished": keys.unfinished,
    }


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
