"""The words of the reference, as they stand in the YAML files of this folder."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Origin = Literal["standard", "camunda", "fayuan"]
_FOLDER = Path(__file__).parent
_GROUPS = (
    "conversion",
    "truth",
    "texts",
    "numbers",
    "statistics",
    "lists",
    "contexts",
    "dates",
    "ranges",
    "surroundings",
)


@dataclass(frozen=True)
class Example:
    """An expression and the FEEL text of its value; for a cell of a decision table, `value` is tested."""

    text: str
    result: str
    value: str | None = None


@dataclass(frozen=True)
class Function:
    """A built-in function in words."""

    name: str
    origin: Origin
    zh: str
    en: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Group:
    """The built-in functions of one topic."""

    zh: str
    en: str
    functions: tuple[Function, ...]


@dataclass(frozen=True)
class Section:
    """A part of the language in words; `limits` are (name in limits.py, Chinese, English)."""

    zh: str
    en: str
    text_zh: str
    text_en: str
    examples: tuple[Example, ...]
    limits: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Difference:
    """Where the browser's FEEL answers otherwise: (expression, our value, its value as JSON).

    `never ends` stands for a browser that goes on until its memory is full.
    """

    zh: str
    en: str
    examples: tuple[tuple[str, str, str], ...]


@cache
def groups() -> tuple[Group, ...]:
    """All built-in functions by topic."""
    return tuple(_group(_read(f"functions_{name}")) for name in _GROUPS)


@cache
def sections() -> tuple[Section, ...]:
    """The language itself, from values to limits."""
    return tuple(_section(entry) for entry in _read("language"))


@cache
def differences() -> tuple[Difference, ...]:
    """The known differences between our FEEL and `@bpmn-io/feelin`."""
    return tuple(
        Difference(entry["zh"], entry["en"], tuple((a, b, c) for a, b, c in entry["examples"]))
        for entry in _read("browser")
    )


def _group(entry: dict[str, Any]) -> Group:
    return Group(entry["zh"], entry["en"], tuple(_function(one) for one in entry["functions"]))


def _function(entry: dict[str, Any]) -> Function:
    examples = tuple(Example(text, result) for text, result in entry["examples"])
    return Function(entry["name"], entry.get("origin", "standard"), entry["zh"], entry["en"], examples)


def _section(entry: dict[str, Any]) -> Section:
    examples = [Example(text, result) for text, result in entry.get("examples", [])]
    cells = [Example(cell, result, value) for cell, value, result in entry.get("cells", [])]
    limits = tuple((name, zh, en) for name, zh, en in entry.get("limits", []))
    return Section(
        entry["zh"], entry["en"], entry["text_zh"], entry["text_en"], (*examples, *cells), limits
    )  # fmt: skip


def _read(name: str) -> Any:
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
