"""The files of the DMN Technology Compatibility Kit: test cases with inputs and expected values."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from shared.dmn.boxed import spaced
from shared.dmn.document import local, safe_root
from shared.feel.builtins import BUILT_INS
from shared.feel.scope import Run
from shared.feel.values import Value, from_python

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_INVOCABLE = {"decisionService", "bkm"}
_TEMPORAL = {"date": "date", "time": "time", "dateTime": "date and time", "duration": "duration"}


@dataclass(frozen=True)
class Expectation:
    """The value that a decision must have."""

    name: str
    value: Value


@dataclass(frozen=True)
class Case:
    """A test case; `service` is the decision service or knowledge model to call, if any."""

    id: str
    model: str
    service: str | None
    inputs: dict[str, Value]
    expected: tuple[Expectation, ...]


def test_files(folder: Path) -> list[Path]:
    """The files in a folder that hold test cases."""
    return sorted(path for path in folder.glob("*.xml") if b"testCases" in path.read_bytes())


def read_cases(path: Path, run: Run) -> list[Case]:
    """The test cases of a file. Raises DmnError for what is no XML."""
    root = safe_root(path.read_bytes())
    model = next((one.text or "" for one in _children(root, "modelName")), "").strip()
    return [_case(element, model, run) for element in _children(root, "testCase")]


def _case(element: etree._Element, model: str, run: Run) -> Case:
    inputs = _inputs(element, run)
    expected = tuple(
        Expectation(spaced(node.get("name")), _value(next(_children(node, "expected"), node), run))
        for node in _children(element, "resultNode")
    )
    service = spaced(element.get("invocableName")) if element.get("type") in _INVOCABLE else None
    return Case(element.get("id", ""), model, service, inputs, expected)


def _inputs(element: etree._Element, run: Run) -> dict[str, Value]:
    """The given values by name; those of an imported model also as `namespace#name`."""
    inputs: dict[str, Value] = {}
    for node in _children(element, "inputNode"):
        name, namespace = spaced(node.get("name")), node.get("namespace")
        value = _value(node, run)
        inputs.setdefault(name, value)
        inputs[f"{namespace}#{name}" if namespace else name] = value
    return inputs


def _children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and local(child) in tags)


def _value(holder: etree._Element, run: Run) -> Value:
    """A single value, a list, or the components of a context; null when there is none of them."""
    components = {part.get("name", ""): _value(part, run) for part in _children(holder, "component")}
    if components:
        return components
    found = next(_children(holder, "value", "list"), None)
    if found is None or found.get(_NIL) in {"true", "1"}:
        return None
    if local(found) == "list":
        return [_value(item, run) for item in _children(found, "item")]
    return _scalar((found.get(_TYPE) or "xsd:string").rpartition(":")[2], found.text or "", run)


def _scalar(its_type: str, text: str, run: Run) -> Value:
    if its_type == "string":
        return text
    text = text.strip()
    if its_type == "boolean":
        return text in {"true", "1"}
    if its_type in _TEMPORAL:
        return BUILT_INS[_TEMPORAL[its_type]].invoke(run, [text])
    try:
        return from_python(Decimal(text))
    except InvalidOperation:
        return text
