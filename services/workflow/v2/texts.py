"""How this API writes moments, and the parts of a decision: their values as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def instant(moment: datetime | None) -> str | None:
    """`2026-09-24T02:00:00.000Z`, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def values_shown(values: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Inputs or outputs of a decision table; `kind` begins their names."""
    return [
        {
            f"{kind}Id": value["id"], f"{kind}Name": value["name"],
            f"{kind}Value": json.dumps(value["value"], ensure_ascii=False),
        }
        for value in values
    ]  # fmt: skip


def rules_shown(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules that fired."""
    shown = []
    for rule in rules:
        named = {"ruleId": rule["id"], "ruleIndex": rule["row"]}
        outputs = [{**output, **named} for output in values_shown(rule["outputs"], "output")]
        shown.append({**named, "evaluatedOutputs": outputs})
    return shown
