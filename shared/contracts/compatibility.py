"""What subscribers may rely on: no event that was ever published loses a field or changes one.

`docs/events/published.json` holds every published event with the JSON Schema of each of its fields. It
only grows: `make reference` adds what is new and refuses to write anything that would break a subscriber.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Published = dict[str, dict[str, Any]]
"""Event name -> field name -> the field's JSON Schema."""
FILE = "events/published.json"


class IncompatibleEvent(Exception):
    """The events of the program would break subscribers of the published ones; the text says where."""


def read(folder: Path) -> Published:
    """What was published so far; nothing before the first time."""
    path = folder / FILE
    published: Published = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return published


def broken(published: Published, events: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a subscriber of the published events would miss, one sentence each."""
    gone = [f"{name} is no more" for name in published if name not in events]
    return gone + [
        f"{name}.{field} was {json.dumps(schema)}, is {json.dumps(events[name].get(field))}"
        for name, fields in published.items()
        for field, schema in fields.items()
        if name in events and events[name].get(field) != schema
    ]


def extended(published: Published, events: Mapping[str, Mapping[str, Any]]) -> str:
    """The content of the file with what is new; raises IncompatibleEvent."""
    if faults := broken(published, events):
        raise IncompatibleEvent("; ".join(faults))
    everything = {name: dict(events[name]) for name in sorted(events)}
    return json.dumps(everything, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
