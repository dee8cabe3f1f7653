"""A DMN 1.1 to 1.5 file as bytes to the model it describes."""

from lxml import etree

from shared.dmn import tables
from shared.dmn.boxed import Reading, read_boxed, read_function, spaced
from shared.dmn.document import child, children, parse_document, text_in
from shared.dmn.errors import DmnError
from shared.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    Model,
    Variable,
)

__all__ = ["read_model", "tables"]


def read_model(xml: bytes) -> Model:
    """The model of a file. Raises DmnError with everything that is wrong with the file's structure.

    FEEL texts are not looked at; `compile_model` does that.
    """
    root = parse_document(xml)
    imports = tuple(_import(one) for one in children(root, "import"))
    own = root.get("namespace") or ""
    reading = Reading(own, {one.namespace: one.name for one in imports})
    model = Model(
        own,
        spaced(root.get("name")),
        imports,
        tuple(_item(reading, one, "types") for one in children(root, "itemDefinition")),
        tuple(_input_data(reading, one) for one in children(root, "inputData")),
        tuple(_decision(reading, one) for one in children(root, "decision")),
        tuple(_knowledge(reading, one) for one in children(root, "businessKnowledgeModel")),
        tuple(_service(reading, one) for one in children(root, "decisionService")),
        root.get("id"),
    )
    _check_ids(reading, root)
    if reading.problems:
        raise DmnError(reading.problems)
    return model


def _import(element: etree._Element) -> Import:
    return Import(
        element.get("namespace") or "",
        spaced(element.get("name")),
        element.get("importType") or "",
        element.get("id"),
    )


def _item(reading: Reading, element: etree._Element, path: str) -> ItemDefinition:
    name = reading.name(element, path)
    place = f"{path} / {name}"
    function = child(element, "functionItem")
    return ItemDefinition(
        name,
        reading.type_name(text_in(element, "typeRef"), element),
        element.get("isCollection") in {"true", "1"},
        text_in(element, "allowedValues", "text"),
        tuple(_item(reading, one, place) for one in children(element, "itemComponent")),
        None if function is None else _function_item(reading, function),
        text_in(element, "typeConstraint", "text"),
        element.get("id"),
    )


def _function_item(reading: Reading, element: etree._Element) -> FunctionItem:
    parameters = tuple(
        Variable(spaced(one.get("name")), reading.type_of(one), one.get("id"))
        for one in children(element, "parameters")
    )
    return FunctionItem(parameters, reading.type_name(element.get("outputTypeRef"), element))


def _variable(reading: Reading, element: etree._Element, name: str) -> Variable:
    """The element's variable; without one it is the element's name with any type."""
    variable = child(element, "variable")
    if variable is None:
        return Variable(name)
    own_name = spaced(variable.get("name")) or name
    return Variable(own_name, reading.type_of(variable), variable.get("id"))


def _input_data(reading: Reading, element: etree._Element) -> InputData:
    name = reading.name(element, "input data")
    return InputData(name, _variable(reading, element, name), element.get("id"))


def _decision(reading: Reading, element: etree._Element) -> Decision:
    name = reading.name(element, "decisions")
    return Decision(
        name,
        _variable(reading, element, name),
        _hrefs(element, "informationRequirement", "requiredDecision", "requiredInput"),
        _hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
        read_boxed(reading, element, name),
        text_in(element, "question") or "",
        text_in(element, "allowedAnswers") or "",
        element.get("id"),
    )


def _knowledge(reading: Reading, element: etree._Element) -> BusinessKnowledgeModel:
    name = reading.name(element, "knowledge models")
    logic = child(element, "encapsulatedLogic")
    return BusinessKnowledgeModel(
        name,
        _variable(reading, element, name),
        _hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
        None if logic is None else read_function(reading, logic, name),
        element.get("id"),
    )


def _service(reading: Reading, element: etree._Element) -> DecisionService:
    name = reading.name(element, "decision services")
    return DecisionService(
        name,
        _variable(reading, element, name),
        _references(element, "outputDecision"),
        _references(element, "encapsulatedDecision"),
        _references(element, "inputDecision"),
        _references(element, "inputData"),
        element.get("id"),
    )


def _hrefs(element: etree._Element, requirement: str, *tags: str) -> tuple[str, ...]:
    found = (_references(one, *tags) for one in children(element, requirement))
    return tuple(href for hrefs in found for href in hrefs)


def _references(element: etree._Element, *tags: str) -> tuple[str, ...]:
    return tuple((one.get("href") or "").strip() for one in children(element, *tags))


def _check_ids(reading: Reading, root: etree._Element) -> None:
    seen: set[str] = set()
    for element in children(root):
        identifier = element.get("id")
        if identifier in seen:
            reading.problem(element, "file", f"the id {identifier} stands twice", f"编号 {identifier} 重复")
        seen.add(identifier or "")
        seen.discard("")
