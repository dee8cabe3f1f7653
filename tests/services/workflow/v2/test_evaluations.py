"""Decisions and expressions tried out, through the foreign client."""

import json

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import DecisionDefinition, DecisionInstance
from tests.services.workflow.decisions.drawing import AGES, decision, given, graph, literal, table
from tests.services.workflow.house import someone
from tests.services.workflow.v2.models_for_tests import LINE, deployment

DAYS = 'policy("review.decision.target_working_days")'
TWO_ROWS = decision("part", table("age", "? * 2 > 2 | 1", "? * 2 > 4 | 2"), "#in_age")
LEVELS = graph(given("age"), TWO_ROWS, decision("whole", literal("part = null"), "#part"))


def evaluate(client, **body):
    which = (
        models.DecisionEvaluationByID if "decisionDefinitionId" in body else models.DecisionEvaluationByKey
    )
    return client.evaluate_decision(data=which.from_dict(body))


def reckon(client, expression, variables=None, **scope):
    given = models.ExpressionEvaluationRequestVariables.from_dict(variables or {})
    data = models.ExpressionEvaluationRequest(expression=expression, variables=given, **scope)
    return client.evaluate_expression(data=data)


@pytest.fixture
def client(sdk):
    """A process owner with one decision."""
    owner = sdk("process_owner")
    owner.create_deployment(data=deployment(ages_dmn=AGES))
    return owner


def test_a_decision_is_made_by_its_id(client, house):
    made = evaluate(client, decisionDefinitionId="free", variables={"age": 70})
    assert (json.loads(made.output), made.failure_message) == ("yes", None)
    assert (made.decision_definition_name, made.decision_definition_version) == ("是否免予核查", 1)
    [one] = made.evaluated_decisions
    [rule] = one.matched_rules
    assert (rule.rule_id, rule.rule_index, one.decision_definition_type) == ("r1", 1, "DECISION_TABLE")
    assert [(o.output_name, json.loads(o.output_value)) for o in rule.evaluated_outputs] == [
        ("Output", "yes")
    ]
    assert [(i.input_name, json.loads(i.input_value)) for i in one.evaluated_inputs] == [("Input", 70)]
    [row] = house.rows(DecisionInstance)
    assert one.decision_evaluation_instance_key == row.id == f"{made.decision_evaluation_key}-1"
    assert row.by == str(someone("owner").id)


def test_an_older_version_is_made_by_its_key(client, house):
    client.create_deployment(data=deployment(ages_dmn=AGES.replace(b"70", b"65")))
    [old] = house.rows(DecisionDefinition, version=1)
    made = evaluate(client, decisionDefinitionKey=str(old.key), variables={"age": 66})
    assert json.loads(made.output) == "no"
    newest = evaluate(client, decisionDefinitionId="free", variables={"age": 66})
    assert json.loads(newest.output) == "yes"


def test_a_failure_is_told_with_the_decision_that_failed(client):
    client.create_deployment(data=deployment(ages_dmn=LEVELS))
    made = evaluate(client, decisionDefinitionId="whole", variables={"age": 3})
    assert (made.failed_decision_definition_id, json.loads(made.output)) == ("part", None)
    assert "part" in (made.failure_message or "")
    fine = evaluate(client, decisionDefinitionId="whole", variables={"age": 2})
    assert (fine.failed_decision_definition_id, json.loads(fine.output)) == (None, False)


def test_what_is_not_given_is_named(client):
    made = evaluate(client, decisionDefinitionId="free")
    assert (made.failed_decision_definition_id, json.loads(made.output)) == ("free", None)
    assert "age" in (made.failure_message or "")


def test_a_missing_decision_is_not_found(client):
    for body in ({"decisionDefinitionId": "none"}, {"decisionDefinitionKey": "1"}):
        with pytest.raises(errors.NotFoundError):
            evaluate(client, **body)


def test_one_decision_must_be_named(house):
    answer = house.client("process_owner").post("/v2/decision-definitions/evaluation", json={})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("expression", "variables", "result"),
    [("=x + y", {"x": 10, "y": 20}, 30), ("x + y", {}, "x + y"), (f"={DAYS}", None, 7)],
)
def test_an_expression_has_a_value(client, expression, variables, result):
    found = reckon(client, expression, variables=variables)
    assert (found.expression, found.result, found.warnings) == (expression, result, [])


def test_a_null_comes_with_its_reason(client):
    found = reckon(client, "=x + 1")
    assert found.result is None
    assert any("x" in warning.message for warning in found.warnings)


@pytest.mark.parametrize("expression", ["=1 +", "=[1..2]", "="])
def test_what_is_no_expression_is_refused(client, expression):
    with pytest.raises(errors.BadRequestError):
        reckon(client, expression)


def test_an_expression_sees_the_variables_of_a_process(client, sdk, house):
    client.create_deployment(data=deployment(line_bpmn=LINE, f_form=b'{"id": "f", "components": []}'))
    key = house.start(x=1, y=2)
    task = house.task("look")
    for scope in (key, task.element_key):
        assert reckon(client, "=x + y", scope_key=str(scope), variables={"y": 5}).result == 6
    for stranger, scope in ((sdk("process_owner", at="/elsewhere/"), key), (client, 1)):
        with pytest.raises(errors.UnexpectedStatus) as refused:
            reckon(stranger, "=x", scope_key=str(scope))
        assert refused.value.status_code == 404


def test_the_public_cannot_evaluate(sdk, client):
    for attempt in (
        lambda: evaluate(sdk("applicant"), decisionDefinitionId="free"),
        lambda: reckon(sdk("reviewer"), "=1"),
    ):
        with pytest.raises((errors.ForbiddenError, errors.UnexpectedStatus)) as refused:
            attempt()
        assert refused.value.status_code == 403
