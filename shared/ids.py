"""Ids derived from what caused them, so that work done twice makes the same rows and messages."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

_RANDOM_BITS = 21


def first_key(now: datetime) -> int:
    """The smallest key that can be made in this millisecond; keys are of the years 1970 to 2109."""
    return min(max(int(now.timestamp() * 1000), 0), (1 << 42) - 1) << _RANDOM_BITS


def last_key(now: datetime) -> int:
    """The greatest key that can be made in this millisecond."""
    return first_key(now) | (1 << _RANDOM_BITS) - 1


class Ids:
    """A series of ids that depends on the seed (the id of the causing message) alone."""

    def __init__(self, seed: UUID) -> None:
        self.seed = seed
        self._chance = int.from_bytes(hashlib.sha256(seed.bytes).digest()[:4], "big")
        self._count = 0

    def uuid(self) -> UUID:
        """The next UUID of the series: the `uuid5` of its number, made with less ado."""
        digest = hashlib.sha1(self.seed.bytes + b"id %d" % self._next(), usedforsecurity=False).digest()
        return UUID(bytes=digest[:16], version=5)

    def key(self, now: datetime) -> int:
        """The next 63-bit key: 42 bits of milliseconds, 21 that look like chance.

        Two keys of one series in one millisecond differ; keys of different series collide with
        a chance of one in two million per pair and millisecond, which the primary key then refuses.
        """
        return first_key(now) | (self._chance + self._next()) % (1 << _RANDOM_BITS)

    def _next(self) -> int:
        self._count += 1
        return self._count
