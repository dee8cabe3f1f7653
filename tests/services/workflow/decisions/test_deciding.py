"""A process decides: the result, the kept evaluation, the sealed history, and what a failure looks like."""

import pytest

from services.workflow.changing.variables import set_variables
from services.workflow.models import DecisionDefinition, DecisionInstance, History
from services.workflow.waiting import incidents
from tests.rig import CASE
from tests.services.workflow.decisions.drawing import AGE, AGES, decision, given, graph, literal, table
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start, user


def calling(identifier):
    task = node("businessRuleTask", "x", ext(f'calledDecision decisionId="{identifier}" resultVariable="r"'))
    return file(process(start(), task, user("after"), end(), flows("s x after e")))


CALLS_FREE = calling("free")
LEVELS = graph(
    given("age"),
    AGE,
    decision("advice", literal('if 是否免予核查 = "yes" then "grant" else "look"'), "#free", name="建议"),
)
CLASH = graph(given("age"), decision("d", table("age", '? * 2 > 2 | "a"', '? * 2 > 4 | "b"'), "#in_age"))
BY_POLICY = graph(
    decision("d", literal('policy("review.decision.target_working_days") + 1')),
)


def decided(house):
    return [entry.body for entry in house.rows(History) if entry.kind == "decision_made"]


@pytest.mark.parametrize(("age", "result", "row"), [(70, "yes", 1), (69, "no", 2)])
def test_the_result_and_how_it_came_about(house, age, result, row):
    house.deploy(AGES, CALLS_FREE)
    key = house.start(age=age)
    assert house.variables() == {"age": age, "r": result}
    assert house.open_tasks() == ["after"]
    [made] = house.rows(DecisionInstance)
    [definition] = house.rows(DecisionDefinition)
    assert (made.decision_key, made.root_key, made.decision_id) == (definition.key, definition.key, "free")
    assert (made.state, made.failure, made.result) == ("EVALUATED", None, result)
    assert (made.instance_key, made.case_id, made.by) == (key, CASE, None)
    assert [(i["name"], i["value"]) for i in made.inputs] == [("Input", age)]
    [rule] = made.rules
    assert (rule["id"], rule["row"], rule["outputs"][0]["value"]) == (f"r{row}", row, result)


def test_the_history_names_decision_version_and_rows(house):
    house.deploy(AGES, CALLS_FREE)
    house.start(age=80)
    [told] = decided(house)
    assert (told["decision"], told["name"], told["version"], told["element"]) == (
        "free",
        "是否免予核查",
        1,
        "x",
    )
    [table_] = told["decisions"]
    assert [(r["row"], r["id"], r["says"]) for r in table_["rules"]] == [(1, "r1", "年满七十周岁（S0-4.2a）")]
    assert house.intact()


def test_every_decision_of_the_graph_is_kept(house):
    house.deploy(LEVELS, calling("advice"))
    house.start(age=70)
    assert house.variables()["r"] == "grant"
    rows = house.rows(DecisionInstance)
    assert [(row.number, row.decision_id, row.result) for row in rows] == [
        (1, "free", "yes"),
        (2, "advice", "grant"),
    ]
    assert len({row.evaluation_key for row in rows}) == len({row.root_key for row in rows}) == 1
    assert [made["decision"] for made in decided(house)[0]["decisions"]] == ["free", "advice"]


def test_the_newest_version_decides(house):
    house.deploy(AGES, CALLS_FREE)
    house.deploy(AGES.replace(b"70", b"65"))
    house.start(age=66)
    assert house.variables()["r"] == "yes"
    assert decided(house)[0]["version"] == 2


def test_numbers_come_from_the_policy(house):
    house.deploy(BY_POLICY, calling("d"))
    house.start()
    days = house.runtime.policy.get("review.decision.target_working_days")
    assert house.variables()["r"] == days + 1


def test_two_rows_of_a_unique_table_are_an_incident_and_kept(house):
    house.deploy(CLASH, calling("d"))
    house.start(age=3)
    [incident] = house.incidents()
    assert (incident.kind, incident.element_id) == ("DECISION_EVALUATION_ERROR", "x")
    [made] = house.rows(DecisionInstance)
    assert made.state == "FAILED"
    assert made.failure in incident.reason
    assert decided(house)[0]["failure"] == made.failure
    assert "r" not in house.variables()


def test_a_missing_variable_is_named_and_mended(house):
    house.deploy(AGES, CALLS_FREE)
    key = house.start()
    [incident] = house.incidents()
    assert "age" in incident.reason
    with house.work() as work:
        set_variables(work, key, {"age": 70}, "boss")
    with house.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert house.variables()["r"] == "yes"
    assert house.incidents() == []
    assert [row.state for row in house.rows(DecisionInstance)] == ["FAILED", "EVALUATED"]


def test_a_result_that_no_variable_can_hold_is_an_incident(house):
    house.deploy(graph(decision("d", literal("[1..2]"))), calling("d"))
    house.start()
    assert [i.kind for i in house.incidents()] == ["DECISION_EVALUATION_ERROR"]


def test_a_decision_named_by_an_expression_may_be_missing(house):
    house.deploy(calling("=&quot;no_such&quot;"))
    house.start()
    assert [i.kind for i in house.incidents()] == ["CALLED_DECISION_ERROR"]
    assert house.rows(DecisionInstance) == []


def test_a_decision_of_a_called_process_is_kept_with_that_process(house):
    [(inner, _)] = house.deploy(AGES, CALLS_FREE)
    called = node("callActivity", "c", ext('calledElement processId="p"'))
    house.deploy(file(process(start(), called, end(), flows("s c e"), id="outer")))
    key = house.start("outer", age=70)
    [made] = house.rows(DecisionInstance)
    assert (made.instance_key, made.definition_key) == (key, inner)


def test_each_item_of_a_list_is_decided_by_itself(house):
    loop = (
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics"
        ' inputCollection="=ages" inputElement="age" outputCollection="all" outputElement="=r"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    task = CALLS_FREE.replace(b"</businessRuleTask>", f"{loop}</businessRuleTask>".encode())
    house.deploy(AGES, task)
    house.start(ages=[69, 70, 71])
    assert house.variables()["all"] == ["no", "yes", "yes"]
    assert len({made.element_key for made in house.rows(DecisionInstance)}) == 3
