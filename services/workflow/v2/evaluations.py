"""`/v2/decision-definitions/evaluation` and `/v2/expression/evaluation`: tried out without a process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import jsonify
from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from services.workflow.decisions.evaluating import Made, Report, make_decision
from services.workflow.decisions.library import latest_decision
from services.workflow.decisions.records import keep_standalone
from services.workflow.expressions import surroundings
from services.workflow.finished.looking_back import including, owners_of
from services.workflow.models import DecisionDefinition, ElementInstance, Instance
from services.workflow.queries import variables_seen
from services.workflow.v2.criteria import KeyField
from services.workflow.v2.decision_instances import EVALUATED_INPUT, MATCHED_RULE
from services.workflow.v2.door import TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import anything, key, many, names, number, operation, shape, text
from services.workflow.v2.texts import rules_shown, values_shown
from services.workflow.visibility import oversees
from shared.errors import Malformed, NotFound
from shared.feel import FeelError, compile_expression, to_json
from shared.web import current_person, needs, reading, runtime, transaction


class EvaluationSchema(Strict):
    """Which decision to make, from which variables."""

    decisionDefinitionId = fields.String(validate=validate.Length(1, 255))
    decisionDefinitionKey = KeyField()
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    tenantId = fields.String(validate=validate.Equal(TENANT))

    @validates_schema
    def check(self, data: Mapping[str, Any], **_: Any) -> None:
        """One decision is named."""
        if ("decisionDefinitionId" in data) == ("decisionDefinitionKey" in data):
            raise ValidationError("请填写 decisionDefinitionId 或 decisionDefinitionKey 其中一个")


class ExpressionSchema(Strict):
    """A text, FEEL when it begins with `=`, and what it sees: given variables hide those of the scope."""

    expression = fields.String(required=True, validate=validate.Length(1))
    scopeKey = KeyField()
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    tenantId = fields.String(validate=validate.Equal(TENANT))


_EVALUATION, _EXPRESSION = EvaluationSchema(), ExpressionSchema()


_MADE = shape(
    "EvaluatedDecision", decisionDefinitionId=text(), decisionDefinitionKey=key(),
    decisionDefinitionName=text(), decisionDefinitionVersion=number(), decisionDefinitionType=text(),
    tenantId=text(), decisionEvaluationInstanceKey=text(), output=text(), matchedRules=many(MATCHED_RULE),
    evaluatedInputs=many(EVALUATED_INPUT),
)  # fmt: skip
EVALUATION = shape(
    "DecisionEvaluation", decisionDefinitionId=text(), decisionDefinitionKey=key(),
    decisionDefinitionName=text(), decisionDefinitionVersion=number(), decisionEvaluationKey=key(),
    decisionInstanceKey=key(), tenantId=text(), decisionRequirementsId=text(),
    decisionRequirementsKey=key(), evaluatedDecisions=many(_MADE),
    failedDecisionDefinitionId=text(nullable=True), failureMessage=text(nullable=True), output=text(),
)  # fmt: skip
EXPRESSION = shape(
    "EvaluatedExpression", expression=text(), result=anything(),
    warnings=many(shape("Warning", message=text())), referencedSecrets=names(),
)  # fmt: skip


@blueprint.post("/decision-definitions/evaluation")
@needs("workflow.decision.evaluate")
@operation(takes=_EVALUATION, gives=EVALUATION)
def evaluate_decision() -> Any:
    """Make a decision and keep how it was made; a failure is told in the answer.

    Differs: kept decisions are visible to who asked.
    """
    body = body_as(_EVALUATION)
    with transaction() as work:
        now = work.clock.now()
        decision = _wanted(work.session, body)
        given = surroundings(now, work.calendar, work.policy, strict=True)
        report = make_decision(work.session, decision, body["variables"], given)
        key = work.ids.key(now)
        keep_standalone(work.session, key, report, now, str(current_person().id))
        return jsonify(_shown(key, report))


@blueprint.post("/expression/evaluation")
@needs("workflow.decision.evaluate")
@operation(takes=_EXPRESSION, gives=EXPRESSION)
def evaluate_expression() -> Any:
    """The value of an expression; nothing is kept.

    Differs: our FEEL functions (working days, policy) are known too; `referencedSecrets` is always
    empty.
    """
    body = body_as(_EXPRESSION)
    text, given = body["expression"], body["variables"] or {}
    with reading() as session, including(session, _put_away(session, body)) as session:
        seen = _variables_of(session, body["scopeKey"]) if "scopeKey" in body else {}
    value, warnings = _value(text, {**seen, **given}) if text.startswith("=") else (text, [])
    told = [{"message": warning} for warning in warnings]
    return jsonify(expression=text, result=value, warnings=told, referencedSecrets=[])


def _wanted(session: Session, body: Mapping[str, Any]) -> DecisionDefinition:
    if "decisionDefinitionKey" in body:
        found = session.get(DecisionDefinition, body["decisionDefinitionKey"])
    else:
        found = latest_decision(session, body["decisionDefinitionId"])
    if found is None:
        raise NotFound
    return found


def _value(text: str, variables: Mapping[str, Any]) -> tuple[Any, list[str]]:
    house = runtime()
    environment = surroundings(house.clock.now(), house.calendar, house.policy, strict=False)
    try:
        value = to_json(compile_expression(text).evaluate(variables, environment))
    except FeelError as error:
        raise Malformed(zh=f"表达式算不出结果：{error.message_zh}") from error
    return value, list(environment.warnings)


def _put_away(session: Session, body: Mapping[str, Any]) -> set[int]:
    return owners_of(session, {body["scopeKey"]}) if "scopeKey" in body else set()


def _variables_of(session: Session, key: int) -> dict[str, Any]:
    """What is seen from an instance or element instance that the person manages."""
    element = session.get(ElementInstance, key)
    instance = session.get(Instance, element.instance_key if element else key)
    if instance is None or not oversees(current_person(), instance.org_path, "workflow.instance.read"):
        raise NotFound
    return variables_seen(session, key, instance.key)


def _shown(key: int, report: Report) -> dict[str, Any]:
    root, failed = report.root, report.failed
    return {
        "decisionDefinitionId": root.decision_id, "decisionDefinitionKey": str(root.key),
        "decisionDefinitionName": root.name, "decisionDefinitionVersion": root.version,
        "decisionEvaluationKey": str(key), "decisionInstanceKey": str(key), "tenantId": TENANT,
        "decisionRequirementsId": root.requirements_id,
        "decisionRequirementsKey": str(root.requirements_key),
        "evaluatedDecisions": [_made(key, n, made) for n, made in enumerate(report.made, 1)],
        "failedDecisionDefinitionId": failed.decision_id if failed else None,
        "failureMessage": report.failure, "output": json.dumps(report.value, ensure_ascii=False),
    }  # fmt: skip


def _made(key: int, number: int, made: Made) -> dict[str, Any]:
    row = made.definition
    return {
        "decisionDefinitionId": row.decision_id, "decisionDefinitionKey": str(row.key),
        "decisionDefinitionName": row.name, "decisionDefinitionVersion": row.version,
        "decisionDefinitionType": row.kind, "tenantId": TENANT,
        "decisionEvaluationInstanceKey": f"{key}-{number}",
        "output": json.dumps(made.result, ensure_ascii=False), "matchedRules": rules_shown(made.rules),
        "evaluatedInputs": values_shown(made.inputs, "input"),
    }  # fmt: skip
