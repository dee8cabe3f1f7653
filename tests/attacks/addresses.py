"""Addresses of things that are not there, made from the routes."""

import re
from uuid import UUID

_SAMPLES = {"uuid": str(UUID(int=1)), "int": "1", "any": "cancellation"}


def address(path: str) -> str:
    """A route's path with something that is not there in its places."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: _SAMPLES.get(found[1] or "", "x"), path)
