"""Decision tables of a DMN file: XML elements to the values of model.py."""

from lxml import etree

from shared.dmn.boxed import Reading, reads, spaced
from shared.dmn.document import child, children, text_in
from shared.dmn.model import DecisionTable, InputClause, OutputClause, Rule

HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")


@reads("decisionTable")
def read_table(reading: Reading, element: etree._Element, path: str) -> DecisionTable:
    """A decision table; notes unknown hit policies and rules with too few or too many cells."""
    policy = (element.get("hitPolicy") or "UNIQUE").strip().upper()
    aggregation = (element.get("aggregation") or "").strip().upper()
    if policy not in HIT_POLICIES:
        reading.problem(element, path, "the hit policy is unknown", "命中策略不认识")
    if aggregation not in AGGREGATIONS:
        reading.problem(element, path, "the aggregation is unknown", "汇总方式不认识")
    inputs = tuple(_input(reading, one) for one in children(element, "input"))
    outputs = tuple(_output(reading, one) for one in children(element, "output"))
    rules = tuple(_rule(one) for one in children(element, "rule"))
    _check(reading, element, path, inputs, outputs, rules)
    annotations = tuple(spaced(one.get("name")) for one in children(element, "annotation"))
    type_ref = reading.type_of(element)
    return DecisionTable(
        policy, aggregation, inputs, outputs, rules, annotations, type_ref, element.get("id")
    )


def _input(reading: Reading, element: etree._Element) -> InputClause:
    expression = child(element, "inputExpression")
    text = text_in(expression, "text") or ""
    type_ref = None if expression is None else reading.type_of(expression)
    values = text_in(element, "inputValues", "text")
    return InputClause(spaced(element.get("label")) or text, text, type_ref, values, element.get("id"))


def _output(reading: Reading, element: etree._Element) -> OutputClause:
    name, label = spaced(element.get("name")), spaced(element.get("label"))
    values = text_in(element, "outputValues", "text")
    default = text_in(element, "defaultOutputEntry", "text")
    return OutputClause(name, label or name, reading.type_of(element), values, default, element.get("id"))


def _rule(element: etree._Element) -> Rule:
    return Rule(
        tuple(text_in(cell, "text") or "" for cell in children(element, "inputEntry")),
        tuple(text_in(cell, "text") or "" for cell in children(element, "outputEntry")),
        tuple(text_in(cell, "text") or "" for cell in children(element, "annotationEntry")),
        text_in(element, "description") or "",
        element.get("id"),
    )


def _check(
    reading: Reading,
    element: etree._Element,
    path: str,
    inputs: tuple[InputClause, ...],
    outputs: tuple[OutputClause, ...],
    rules: tuple[Rule, ...],
) -> None:
    if not outputs:
        reading.problem(element, path, "the table has no output", "决策表没有输出列")
    if len(outputs) > 1 and len({clause.name for clause in outputs} - {""}) < len(outputs):
        reading.problem(element, path, "the outputs need names of their own", "多个输出列必须各有名称")
    elements = children(element, "rule")
    for number, (rule, place) in enumerate(zip(rules, elements, strict=True), start=1):
        if len(rule.inputs) != len(inputs) or len(rule.outputs) != len(outputs):
            message = "the rule has not one cell per column"
            reading.problem(place, f"{path} / rule {number}", message, f"第 {number} 行的格数与列数不符")
