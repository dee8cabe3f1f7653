"""`/v2/decision-instances`: how decisions were made, for who manages the processes that needed them."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate

from services.workflow.models import DecisionInstance
from services.workflow.models.decisions import DECISION_TABLE, EVALUATED, FAILED, LITERAL_EXPRESSION, OTHER
from services.workflow.paging import page_of
from services.workflow.v2.criteria import (
    EQUALITY,
    NO_CASE,
    RANGE,
    TEXT,
    CaseField,
    Condition,
    Criteria,
    KeyField,
    Moment,
    conditions,
    made_when,
)
from services.workflow.v2.door import MANAGERS, TENANT, blueprint, body_as
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import Strict, asked_page, by_columns, found, search_orders, search_schema
from services.workflow.v2.shapes import key, many, moment, number, operation, results_of, shape, text, without
from services.workflow.v2.texts import instant, rules_shown, values_shown
from services.workflow.visibility import visible_evaluations
from shared.errors import NotFound
from shared.web import current_person, reading, requires

STATES = (EVALUATED, FAILED, "UNKNOWN", "UNSPECIFIED")
KINDS = (DECISION_TABLE, LITERAL_EXPRESSION, OTHER, "UNSPECIFIED")


class DecisionInstanceFilter(Strict):
    """What evaluated decisions can be found by."""

    decisionEvaluationInstanceKey = Criteria(fields.String(), EQUALITY)
    state = Criteria(fields.String(validate=validate.OneOf(STATES)), TEXT)
    evaluationFailure = Criteria(fields.String(), ())
    evaluationDate = Criteria(Moment(), RANGE)
    decisionDefinitionId = Criteria(fields.String(), ())
    decisionDefinitionName = Criteria(fields.String(), ())
    decisionDefinitionVersion = Criteria(fields.Integer(strict=True), ())
    decisionDefinitionType = Criteria(fields.String(validate=validate.OneOf(KINDS)), ())
    tenantId = Criteria(fields.String(), ())
    decisionEvaluationKey = Criteria(KeyField(), ())
    processDefinitionKey = Criteria(KeyField(), ())
    processInstanceKey = Criteria(KeyField(), ())
    businessId = Criteria(CaseField(), EQUALITY)
    decisionDefinitionKey = Criteria(KeyField(), EQUALITY)
    elementInstanceKey = Criteria(KeyField(), EQUALITY)
    rootDecisionDefinitionKey = Criteria(KeyField(), EQUALITY)
    decisionRequirementsKey = Criteria(KeyField(), EQUALITY)


_COLUMNS: dict[str, Any] = {
    "decisionEvaluationInstanceKey": DecisionInstance.id, "state": DecisionInstance.state,
    "evaluationFailure": DecisionInstance.failure, "evaluationDate": DecisionInstance.at,
    "decisionDefinitionId": DecisionInstance.decision_id,
    "decisionDefinitionName": DecisionInstance.decision_name,
    "decisionDefinitionVersion": DecisionInstance.decision_version,
    "decisionDefinitionType": DecisionInstance.kind, "tenantId": sa.literal(TENANT),
    "decisionEvaluationKey": DecisionInstance.evaluation_key,
    "processDefinitionKey": DecisionInstance.definition_key,
    "processInstanceKey": DecisionInstance.instance_key, "businessId": DecisionInstance.case_id,
    "decisionDefinitionKey": DecisionInstance.decision_key,
    "elementInstanceKey": DecisionInstance.element_key,
    "rootDecisionDefinitionKey": DecisionInstance.root_key,
    "decisionRequirementsKey": DecisionInstance.requirements_key,
}  # fmt: skip
_SORTS: dict[str, Any] = {
    **{name: column for name, column in _COLUMNS.items() if name != "decisionRequirementsKey"},
    "evaluationFailure": sa.func.coalesce(DecisionInstance.failure, ""),
    "processDefinitionKey": sa.func.coalesce(DecisionInstance.definition_key, 0),
    "processInstanceKey": sa.func.coalesce(DecisionInstance.instance_key, 0),
    "elementInstanceKey": sa.func.coalesce(DecisionInstance.element_key, 0),
    "businessId": sa.func.coalesce(DecisionInstance.case_id, sa.literal(NO_CASE, sa.Uuid())),
}
_SEARCH = search_schema(DecisionInstanceFilter, sorted(_SORTS))


EVALUATED_INPUT = shape("EvaluatedInput", inputId=text(), inputName=text(), inputValue=text())
_EVALUATED_OUTPUT = shape(
    "EvaluatedOutput", outputId=text(), outputName=text(), outputValue=text(), ruleId=text(),
    ruleIndex=number(),
)  # fmt: skip
MATCHED_RULE = shape(
    "MatchedRule", ruleId=text(), ruleIndex=number(), evaluatedOutputs=many(_EVALUATED_OUTPUT)
)
DECISION_MADE = shape(
    "DecisionInstanceDetails", businessId=text(nullable=True), decisionDefinitionId=text(),
    decisionDefinitionKey=key(), decisionDefinitionName=text(), decisionDefinitionType=text(*KINDS),
    decisionDefinitionVersion=number(), decisionEvaluationInstanceKey=text(), decisionEvaluationKey=key(),
    elementInstanceKey=key(nullable=True), evaluationDate=moment(), evaluationFailure=text(nullable=True),
    processDefinitionKey=key(nullable=True), processInstanceKey=key(nullable=True),
    rootProcessInstanceKey=key(nullable=True), result=text(), state=text(*STATES), tenantId=text(),
    rootDecisionDefinitionKey=key(), evaluatedInputs=many(EVALUATED_INPUT),
    matchedRules=many(MATCHED_RULE),
)  # fmt: skip
_FOUND = without(DECISION_MADE, "DecisionInstance", ["evaluatedInputs", "matchedRules"])


@blueprint.post("/decision-instances/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(_FOUND))
def search_decision_instances() -> Any:
    """Evaluated decisions of the person's processes, and those the person asked for.

    Differs: those of processes one manages, and those one asked for oneself. What was put away is found by
    its process, case or key only.
    """
    body = body_as(_SEARCH)
    rules: list[Condition] = []
    for name, wanted in body["filter"].items():
        if name == "evaluationDate":
            rules += made_when(wanted, DecisionInstance.at, DecisionInstance.evaluation_key)
        else:
            rules += conditions(wanted, _COLUMNS[name])
    query = visible_evaluations(current_person(), MANAGERS).where(*rules)
    last = (DecisionInstance.evaluation_key, DecisionInstance.number)
    orders = search_orders(body, by_columns(_SORTS), *last, made="evaluationDate")
    with reading() as session, including_named(session, body["filter"]) as session:
        return jsonify(found(page_of(session, query, orders, asked_page(body)), _shown))


@blueprint.get("/decision-instances/<identifier>")
@requires(*MANAGERS)
@operation(gives=DECISION_MADE)
def get_decision_instance(identifier: str) -> Any:
    """One evaluated decision with its inputs and the rules that fired."""
    query = visible_evaluations(current_person(), MANAGERS).where(DecisionInstance.id == identifier)
    named = {"decisionEvaluationInstanceKey": identifier}
    with reading() as session, including_named(session, named) as session:
        row = session.scalars(query).first()
        if row is None:
            raise NotFound
        inputs, rules = values_shown(row.inputs, "input"), rules_shown(row.rules)
        return jsonify({**_shown(row), "evaluatedInputs": inputs, "matchedRules": rules})


def _shown(row: DecisionInstance) -> dict[str, Any]:
    return {
        "businessId": _text(row.case_id), "decisionDefinitionId": row.decision_id,
        "decisionDefinitionKey": str(row.decision_key), "decisionDefinitionName": row.decision_name,
        "decisionDefinitionType": row.kind, "decisionDefinitionVersion": row.decision_version,
        "decisionEvaluationInstanceKey": row.id, "decisionEvaluationKey": str(row.evaluation_key),
        "elementInstanceKey": _text(row.element_key), "evaluationDate": instant(row.at),
        "evaluationFailure": row.failure, "processDefinitionKey": _text(row.definition_key),
        "processInstanceKey": _text(row.instance_key), "rootProcessInstanceKey": _text(row.instance_key),
        "result": json.dumps(row.result, ensure_ascii=False), "state": row.state, "tenantId": TENANT,
        "rootDecisionDefinitionKey": str(row.root_key),
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
