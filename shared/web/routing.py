"""Routes that are quick to set up: a process knows hundreds of them and builds the URLs of a few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """Writes the code that builds its URL when the first one is built; that code was most of an app's start."""

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        compiled: list[_Builder] = []

        def build(rule: LateRule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, rule)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build
