"""Models in short: `model(...)` wraps elements in a file, `decide(...)` evaluates the decision `d` in it."""

from datetime import UTC, datetime

import pytest

from shared.dmn import compile_model, read_model
from shared.feel import Environment, from_python

NOON = datetime(2024, 9, 30, 4, 0, tzinfo=UTC)
MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def xml(*elements, namespace="urn:main", dmn=MODEL):
    """A file with these elements."""
    head = f'<definitions xmlns="{dmn}" namespace="{namespace}" name="m" id="m">'
    return f"{head}{''.join(elements)}</definitions>".encode()


def decision(body, *, name="d", type_ref="Any", needs=(), knows=()):
    """A decision that requires `needs` (a name with `i_` in front is input data) and knows `knows`."""
    information = "".join(_information(need) for need in needs)
    knowledge = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knows
    )
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decision name="{name}" id="{name}">{variable}{information}{knowledge}{body}</decision>'


def _information(need):
    tag = "requiredInput" if need.startswith("i_") else "requiredDecision"
    href = need if "#" in need else f"#{need}"
    return f'<informationRequirement><{tag} href="{href}"/></informationRequirement>'


def given(name, type_ref="Any"):
    """Input data with the id `i_name`."""
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<inputData name="{name}" id="i_{name}">{variable}</inputData>'


def literal(text, attributes=""):
    """A literal expression."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<literalExpression {attributes}><text>{escaped}</text></literalExpression>"


@pytest.fixture
def environment():
    return Environment(now=lambda: NOON)


@pytest.fixture
def decide(environment):
    """decide(elements..., a=1): the Evaluation of the decision `d`."""

    def run(*elements, imports=(), **variables):
        others = [read_model(one) for one in imports]
        compiled = compile_model(read_model(xml(*elements)), {one.namespace: one for one in others})
        return compiled.evaluate("d", variables, environment)

    return run


@pytest.fixture
def check(decide):
    """check(value, elements...): the decision has this value, of this kind, without a failure."""

    def compare(expected, *elements, **variables):
        evaluation = decide(*elements, **variables)
        wanted = from_python(expected)
        assert evaluation.failed is None
        assert (type(evaluation.value), evaluation.value) == (type(wanted), wanted)

    return compare
