"""Decision tables: matching, every hit policy, aggregations, defaults, allowed values, and the record."""

import pytest

from shared.dmn import compile_model, read_model
from tests.shared.dmn.conftest import decision, xml


def table(rules, *, policy="UNIQUE", inputs=("a",), outputs=("o",), values=None, default=None, extra=""):
    """A table; a rule is its input cells, then its output cells."""
    head = "".join(
        f'<input id="in{n}" label="{text}">'
        f"<inputExpression><text>{text}</text></inputExpression>{extra}</input>"
        for n, text in enumerate(inputs)
    )
    listed = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    head += "".join(f'<output id="o_{name}" name="{name}">{listed}{fallback}</output>' for name in outputs)
    body = "".join(_rule(number, rule, len(inputs)) for number, rule in enumerate(rules, start=1))
    return f'<decisionTable hitPolicy="{policy}">{head}{body}</decisionTable>'


def _rule(number, cells, inputs):
    texts = [text.replace("<", "&lt;") for text in cells]
    entries = "".join(f"<inputEntry><text>{text}</text></inputEntry>" for text in texts[:inputs])
    entries += "".join(f"<outputEntry><text>{text}</text></outputEntry>" for text in texts[inputs:])
    return f'<rule id="r{number}">{entries}</rule>'


AGES = [("< 18", '"minor"'), ("[18..69]", '"adult"'), (">= 70", '"senior"')]
OVERLAP = [("> 0", "1"), ("> 10", "2"), ("> 20", "3")]


@pytest.mark.parametrize(
    ("age", "group"),
    [(17, "minor"), (18, "adult"), (69, "adult"), (70, "senior"), (69.5, None), (None, None)],
)
def test_unique_on_both_sides_of_each_boundary(check, age, group):
    check(group, decision(table(AGES)), a=age)


def test_unique_refuses_an_overlap_and_names_the_rules(decide):
    evaluation = decide(decision(table(OVERLAP)), a=15)
    assert evaluation.value is None
    assert evaluation.failed.message == "several rules match at once: rules 1, 2"
    assert "规则 1, 2" in evaluation.failed.message_zh
    assert decide(decision(table(OVERLAP)), a=5).failed is None


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("FIRST", 1),
        ("COLLECT", [1, 2, 3]),
        ("RULE ORDER", [1, 2, 3]),
        ("PRIORITY", 3),
        ("OUTPUT ORDER", [3, 2, 1]),
    ],
)
def test_the_other_policies(check, policy, value):
    check(value, decision(table(OVERLAP, policy=policy, values="3, 2, 1")), a=30)


def test_any_wants_rules_to_agree(check, decide):
    agreeing = [("> 0", '"x"'), ("> 10", '"x"'), ("> 20", '"y"')]
    check("x", decision(table(agreeing, policy="ANY")), a=15)
    assert decide(decision(table(agreeing, policy="ANY")), a=25).failed.message.endswith("rules 1, 2, 3")


@pytest.mark.parametrize(("aggregation", "value"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_aggregations(check, aggregation, value):
    aggregated = f'COLLECT" aggregation="{aggregation}'
    check(value, decision(table(OVERLAP, policy=aggregated)), a=30)


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("UNIQUE", None), ("FIRST", None), ("ANY", None), ("COLLECT", []), ("RULE ORDER", []),
        ('COLLECT" aggregation="SUM', None), ('COLLECT" aggregation="COUNT', 0),
    ],
)  # fmt: skip
def test_no_rule_matches(check, policy, value):
    check(value, decision(table(OVERLAP, policy=policy)), a=-1)


@pytest.mark.parametrize("policy", ["UNIQUE", "COLLECT", 'COLLECT" aggregation="SUM'])
def test_the_default_stands_in_when_no_rule_matches(check, policy):
    check(9, decision(table(OVERLAP, policy=policy, default="3 * 3")), a=-1)


def test_several_outputs_make_a_context(check):
    rules = [("> 0", '"x"', "1"), ("<= 0", '"y"', "2")]
    check({"grade": "x", "points left": 1}, decision(table(rules, outputs=("grade", "points left"))), a=1)


def test_priorities_of_several_outputs_count_from_the_left(check):
    rules = [("-", '"low"', '"high"'), ("-", '"high"', '"low"'), ("-", '"high"', '"high"')]
    values = '"high", "low"'
    check(
        [{"p": "high", "q": "high"}, {"p": "high", "q": "low"}, {"p": "low", "q": "high"}],
        decision(table(rules, policy="OUTPUT ORDER", outputs=("p", "q"), values=values)),
        a=1,
    )


def test_a_priority_table_without_output_values_is_a_problem():
    compiled = compile_model(read_model(xml(decision(table(OVERLAP, policy="PRIORITY")))))
    assert [problem.message_zh for problem in compiled.problems] == ["此命中策略需要按优先级列出输出值"]


def test_inputs_outside_their_values_are_refused(check, decide):
    limited = table([("-", '"x"')], extra="<inputValues><text>[0..120]</text></inputValues>")
    check("x", decision(limited), a=120)
    check("x", decision(limited), a=None)
    evaluation = decide(decision(limited), a=121)
    assert (evaluation.value, evaluation.failed.element_id) == (None, "in0")


def test_outputs_outside_their_values_are_refused(check, decide):
    rules = [("1", '"x"'), ("2", '"z"')]
    check("x", decision(table(rules, values='"x", "y"')), a=1)
    evaluation = decide(decision(table(rules, values='"x", "y"')), a=2)
    assert (evaluation.value, evaluation.failed.path) == (None, "d / rule 2 / output 1")


def test_cells_see_variables_and_the_input_itself(check):
    rules = [("? > limit and ? < limit * 2", "? = null"), ("<= limit", "limit")]
    check(10, decision(table(rules)), a=3, limit=10)
    check(None, decision(table([("contains(?, stem)", "null")])), a="abc", stem="b")
    check([2], decision(table([("members", "2")], policy="COLLECT")), a="x", members=["x", "y"])


def test_a_table_without_inputs_always_fires(check):
    check(1, decision(table([("1",)], inputs=())))


def test_the_record_says_which_rules_fired_on_which_inputs(decide):
    rules = [("> 0", "-", "1"), ("> 10", "true", "2"), ("> 10", "false", "3")]
    evaluation = decide(decision(table(rules, policy="COLLECT", inputs=("a", "b or false"))), a=15, b=True)
    (record,) = evaluation.decisions
    assert (record.id, record.name, record.value) == ("d", "d", [1, 2])
    assert [tuple(one) for one in record.inputs] == [("in0", "a", 15), ("in1", "b or false", True)]
    assert [(rule.id, rule.index) for rule in record.rules] == [("r1", 1), ("r2", 2)]
    assert [tuple(one) for rule in record.rules for one in rule.outputs] == [("o_o", "o", 1), ("o_o", "o", 2)]


def test_a_broken_cell_is_a_problem_at_its_rule_and_a_failure_when_reached(decide):
    elements = decision(table([("1", '"x"'), ("> > 2", '"y"')]))
    (problem,) = compile_model(read_model(xml(elements))).problems
    assert (problem.element_id, problem.path) == ("r2", "d / rule 2 / input 1")
    assert decide(elements, a=1).failed == problem
