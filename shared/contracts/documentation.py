"""Documentation of the public events, made from their dataclasses.

`python -m shared.contracts.documentation [folder]` writes `events.md`, one JSON Schema per event,
`events/<name>.schema.json`, each describing the whole CloudEvent, and `events/published.json`, against which
the next writing is checked; without a folder, into `docs/`.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin
from uuid import UUID

import shared.contracts  # noqa: F401  (every event must be known)
from shared.contracts import compatibility
from shared.messaging.contract import Event, message_classes
from shared.messaging.envelope import EVENT_TYPE

Json = dict[str, Any]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DOCS = Path(__file__).parents[2] / "docs"
_PLAIN: dict[Any, Json] = {
    str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"}, datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"}, Decimal: {"type": "string"}, Any: {},
}  # fmt: skip
_HEAD = """# Public events

Made by `python -m shared.contracts.documentation` from `shared/contracts/`; do not edit.

Every event is a [CloudEvent 1.0](https://github.com/cloudevents/spec) in JSON (structured mode) and holds
no personal data. `subject` is the case id. `sequence` grows within one `source` and `subject`, with gaps
where the source said something internal: where the order matters, go by it. An event comes at least once;
drop doubles by `id`. `causeid` is the id of the message that led to it. New fields may be added; what is
here stays ([what was published](events/published.json) is checked by a test).

- RabbitMQ: topic exchange `fayuan.events`, routing key = the name below (`examples/subscribe.py`).
- HTTP: `GET /notify/api/events?after=<position>` gives `{"events": [...], "next": <position>}`, in the
  order of arrival, each event once; ask again with `after=<next>`. `limit` (1-500), `type`, `subject`
  narrow it; `wait` (up to 15) seconds are waited for the first event. Roles: integration, process_owner,
  administrator.
"""


def write(folder: Path) -> list[Path]:
    """Write everything into the folder; raises IncompatibleEvent, and writes nothing, where an event that
    was published would be no more, or be another.
    """
    written = documents(compatibility.read(folder))
    (folder / "events").mkdir(parents=True, exist_ok=True)
    for path, text in written.items():
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in written]


def documents(published: compatibility.Published) -> dict[str, str]:
    """The content of every file by its path below the folder."""
    events = message_classes(Event)
    fields = {cls.NAME: _fields(cls) for cls in events}
    schemas = {
        f"events/{cls.NAME}.schema.json": json.dumps(schema_of(cls), ensure_ascii=False, indent=2) + "\n"
        for cls in events
    }
    page = "\n".join([_HEAD, *map(_section, events)])
    return {"events.md": page, **schemas, compatibility.FILE: compatibility.extended(published, fields)}


def schema_of(cls: type[Event]) -> Json:
    """The JSON Schema (2020-12) of an event as it travels."""
    texts: Json = {"type": "string", "minLength": 1}
    return {
        "$schema": _DRAFT,
        "$id": f"urn:fayuan:event:{cls.NAME}",
        "title": cls.NAME,
        "description": _meaning(cls),
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "source": {"const": f"/fayuan/{cls.NAME.partition('.')[0]}"},
            "type": {"const": EVENT_TYPE + cls.NAME},
            "subject": {**texts, "format": "uuid", "description": "the case"},
            "time": {"type": "string", "format": "date-time"},
            "sequence": {"type": "string", "pattern": "^[0-9]{9,}$"},
            "causeid": {"type": "string", "format": "uuid"},
            "datacontenttype": {"const": "application/json"},
            "data": _data_schema(cls),
        },
    }


def _data_schema(cls: type[Event]) -> Json:
    fields = _fields(cls)
    return {"type": "object", "required": list(fields), "properties": fields}


def _fields(cls: type[Event]) -> dict[str, Json]:
    hints = typing.get_type_hints(cls)
    return {f.name: _schema_of_hint(hints[f.name]) for f in dataclasses.fields(cls)}  # type: ignore[arg-type]


def _schema_of_hint(hint: Any) -> Json:
    origin, inner = get_origin(hint), get_args(hint)
    if NoneType in inner:
        (kind,) = (a for a in inner if a is not NoneType)
        return {"anyOf": [_schema_of_hint(kind), {"type": "null"}]}
    if origin is list:
        return {"type": "array", "items": _schema_of_hint(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of_hint(inner[1])}
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    raise TypeError(f"the documentation does not know {hint}")


def _section(cls: type[Event]) -> str:
    rows = [f"| `{name}` | {_in_words(schema)} |" for name, schema in _fields(cls).items()]
    title = f"## {cls.NAME}\n\n{_meaning(cls)} ([schema](events/{cls.NAME}.schema.json))\n"
    return "\n".join([title, "| field | type |", "| --- | --- |", *rows, ""])


def _in_words(schema: Json) -> str:
    if "anyOf" in schema:
        return " or ".join(map(_in_words, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_in_words(schema['items'])}"
    if "additionalProperties" in schema:
        return f"object of {_in_words(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _meaning(cls: type[Event]) -> str:
    return " ".join((inspect.getdoc(cls) or "").split())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else _DOCS)
