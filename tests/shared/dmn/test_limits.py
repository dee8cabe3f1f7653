"""Models that would take too much: each is refused or ends with a failure, never with another error."""

import pytest

from shared.dmn import DmnError, compile_model, read_model
from tests.shared.dmn.conftest import decision, given, literal, xml


def messages(*elements):
    return {problem.message for problem in compile_model(read_model(xml(*elements))).problems}


def chain(length):
    links = [decision(literal(f"d{n + 1}"), name=f"d{n}", needs=(f"d{n + 1}",)) for n in range(length)]
    return [*links, decision(literal("1"), name=f"d{length}"), decision(literal("d0"), needs=("d0",))]


def test_chains_of_requirements_have_a_limit(decide):
    assert messages(*chain(40)) == set()
    assert decide(*chain(40)).value == 1
    assert messages(*chain(1_000)) == {"the requirements are too deep"}


def test_a_long_chain_written_from_its_end_fails_when_evaluated(decide):
    *links, asked = chain(1_000)
    backwards = [*reversed(links), asked]
    assert messages(*backwards) == set()
    evaluation = decide(*backwards)
    assert (evaluation.value, evaluation.failed.message) == (None, "the expression is nested too deeply")


def test_chains_of_types_have_a_limit():
    types = [
        f'<itemDefinition name="t{n}"><typeRef>t{n + 1}</typeRef></itemDefinition>' for n in range(2_000)
    ]
    last = '<itemDefinition name="t2000"><typeRef>number</typeRef></itemDefinition>'
    assert messages(*types[-40:], last) == set()
    assert messages(*types, last) == {"the types are nested too deeply"}


def test_names_with_operators_have_a_limit():
    def model(count):
        inputs = [given(f"a-{n}") for n in range(count)]
        return (*inputs, decision(literal("a-0"), needs=[f"i_a-{n}" for n in range(count)]))

    assert messages(*model(100)) == set()
    assert messages(*model(101)) == {"too many names with operators (position 0)"}


def recursive(text):
    parameter = '<formalParameter name="n" typeRef="Any"/>'
    logic = f"<encapsulatedLogic>{parameter}{literal(text)}</encapsulatedLogic>"
    return f'<businessKnowledgeModel name="f" id="f"><variable name="f"/>{logic}</businessKnowledgeModel>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(n)", "functions call one another too deeply"),
        ("count(for i in [n, n] return f(i))", "functions call one another too deeply"),
        ("count(for i in 1..9999, j in 1..9999 return n)", "a list is too long"),
    ],
)
def test_functions_without_an_end_fail(decide, text, message):
    evaluation = decide(recursive(text), decision(literal("f(1)"), knows=("f",)))
    assert evaluation.value is None
    assert evaluation.failed.message.startswith(message)
    assert evaluation.failed.element_id == "d"


def test_a_service_that_calls_itself_is_a_problem():
    service = '<decisionService name="s" id="s"><outputDecision href="#d"/></decisionService>'
    assert messages(service, decision(literal("s()"), knows=("s",))) == {"d requires itself"}


def test_a_recursive_type_takes_values_as_deep_as_values_may_be(decide):
    tree = (
        '<itemDefinition name="tTree"><itemComponent name="left"><typeRef>tTree</typeRef></itemComponent>'
        "</itemDefinition>"
    )
    deep: dict[str, object] | None = None
    shallow: dict[str, object] | None = None
    for _ in range(90):
        shallow = {"left": shallow}
    for _ in range(500):
        deep = {"left": deep}
    model = (tree, given("t", "tTree"), decision(literal("t != null"), needs=("i_t",)))
    assert decide(*model, t=shallow).value is True
    assert decide(*model, t=deep).failed.message == "a value is too large"


@pytest.mark.parametrize(
    "file",
    [
        b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>",
        b"\x00" * 1_000,
        "<a>\ud800</a>".encode("utf-8", "surrogatepass"),
    ],
    ids=["entities", "outer document type", "outer entity", "attributes", "zeros", "surrogate"],
)
def test_hostile_files_are_refused(file):
    with pytest.raises(DmnError):
        read_model(file)


def test_given_values_are_never_changed(decide):
    variables = {"t": {"a": [1, {"b": 2}]}, "n": 1}
    before = repr(variables)
    decide(
        given("t", "number"),
        decision(literal('[t, n, context put({}, "x", n)]'), needs=("i_t",)),
        **variables,
    )
    assert repr(variables) == before
