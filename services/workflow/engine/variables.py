"""Process variables in scopes, by Zeebe's rules; they live outside the engine's tokens.

A scope has the key of its process instance or element instance. Values are JSON. Scopes are fetched
when first looked at, and every change is remembered for the host to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Json = Any
Fetch = Callable[[Sequence[int]], Mapping[int, Mapping[str, Json]]]


class Variables:
    """The scopes of one process instance. A chain lists scope keys from the innermost outwards."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[int, dict[str, Json]] = {}
        self._fresh: set[int] = set()
        self._stored: set[int] = set()
        self.changed: dict[int, dict[str, Json]] = {}
        self.dropped: set[int] = set()

    def open(self, key: int) -> None:
        """A new, empty scope: nothing is stored for it yet."""
        self._known[key] = {}
        self._fresh.add(key)

    def local(self, key: int) -> Mapping[str, Json]:
        """The variables of one scope alone."""
        self.look_up((key,))
        return self._known[key]

    def view(self, chain: Sequence[int]) -> dict[str, Json]:
        """All that is visible from the innermost scope; inner variables hide outer ones."""
        self.look_up(chain)
        seen: dict[str, Json] = {}
        for key in reversed(chain):
            seen.update(self._known[key])
        return seen

    def set_local(self, key: int, values: Mapping[str, Json]) -> None:
        """Write into this scope whatever the outer ones hold."""
        if values:
            self.look_up((key,))
            self._known[key].update(values)
            self.changed.setdefault(key, {}).update(values)

    def propagate(self, chain: Sequence[int], values: Mapping[str, Json]) -> None:
        """Write each variable into the nearest scope that has it, else into the outermost."""
        if values:
            self.look_up(chain)
        for name, value in values.items():
            home = next((key for key in chain if name in self._known[key]), chain[-1])
            self.set_local(home, {name: value})

    def drop(self, keys: Iterable[int]) -> None:
        """These scopes have ended."""
        for key in keys:
            known = self._known.pop(key, None)
            self.changed.pop(key, None)
            if key in self._fresh:
                self._fresh.discard(key)
            elif known is None or key in self._stored:
                self.dropped.add(key)

    def saved(self) -> None:
        """The host has written all changes."""
        self._stored.update(self.changed)
        self.changed.clear()
        self.dropped.clear()
        self._fresh.clear()

    def look_up(self, keys: Sequence[int]) -> None:
        """Have these scopes at hand: those not seen yet are fetched at once."""
        missing = [key for key in keys if key not in self._known]
        if missing:
            self.learn(missing, self._fetch(missing))

    def learn(self, keys: Iterable[int], stored: Mapping[int, Mapping[str, Json]]) -> None:
        """Have these scopes at hand: this is all that is stored of them."""
        for key in keys:
            self._known[key] = dict(stored.get(key, {}))
            if key in stored:
                self._stored.add(key)
