"""How decisions were made, through the foreign client."""

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import DecisionInstance
from services.workflow.v2.decision_instances import DecisionInstanceFilter
from tests.rig import CASE
from tests.services.workflow.decisions.drawing import AGES
from tests.services.workflow.decisions.test_deciding import CALLS_FREE
from tests.services.workflow.v2.test_decisions import snake
from tests.services.workflow.v2.test_evaluations import evaluate

FILTERS: list[tuple[dict[str, Any], int]] = [
    ({"state": "FAILED"}, 1),
    ({"state": {"$in": ["EVALUATED", "FAILED"]}}, 2),
    ({"decisionDefinitionId": "free", "decisionDefinitionType": "DECISION_TABLE"}, 2),
    ({"decisionDefinitionName": "another"}, 0),
    ({"decisionDefinitionVersion": 2}, 0),
    ({"businessId": str(CASE)}, 2),
    ({"businessId": {"$exists": False}}, 0),
    ({"evaluationDate": {"$gt": "2020-01-01T00:00:00Z"}}, 2),
    ({"evaluationDate": {"$lt": "2020-01-01T00:00:00Z"}}, 0),
    ({"tenantId": "<default>"}, 2),
    ({"processInstanceKey": "1"}, 0),
    ({"decisionRequirementsKey": {"$neq": "1"}}, 2),
]
SORTS = [field.value for field in models.DecisionInstanceSearchQuerySortRequestField]


def search(client, **body):
    return client.search_decision_instances(data=models.DecisionInstanceSearchQuery.from_dict(body))


@pytest.fixture
def two(house):
    """One decision made in a process, and one that failed there."""
    house.deploy(AGES, CALLS_FREE)
    house.start(age=70)
    house.start()
    return house


def test_a_decision_of_a_process_is_told_with_everything_about_it(two, sdk):
    stored = two.rows(DecisionInstance)[0]
    client = sdk("process_owner")
    [found, failed] = search(client, sort=[{"field": "decisionEvaluationKey"}]).items
    assert (found.decision_definition_id, found.state, json.loads(found.result)) == (
        "free",
        "EVALUATED",
        "yes",
    )
    assert (found.business_id, found.decision_definition_version) == (str(CASE), 1)
    assert found.process_instance_key == found.root_process_instance_key == str(stored.instance_key)
    assert (found.element_instance_key, found.evaluation_date) == (str(stored.element_key), stored.at)
    assert (failed.state, "age" in (failed.evaluation_failure or "")) == ("FAILED", True)
    one = client.get_decision_instance(found.decision_evaluation_instance_key)
    assert [rule.rule_index for rule in one.matched_rules] == [1]
    assert [json.loads(given.input_value) for given in one.evaluated_inputs] == [70]


@pytest.mark.parametrize(("wanted", "count"), FILTERS)
def test_evaluations_are_filtered(two, sdk, wanted, count):
    assert search(sdk("administrator"), filter=wanted).page.total_items == count


@pytest.mark.parametrize("field", SORTS)
def test_evaluations_are_ordered_by_anything(two, sdk, field):
    for order in ("ASC", "DESC"):
        sort = [{"field": field, "order": order}]
        first = search(sdk("process_owner"), sort=sort, page={"limit": 1})
        rest = search(sdk("process_owner"), sort=sort, page={"after": first.page.end_cursor})
        ids = {item.decision_evaluation_instance_key for item in (*first.items, *rest.items)}
        assert len(ids) == 2


def test_those_of_other_organisations_do_not_exist(two, sdk):
    stranger = sdk("process_owner", at="/elsewhere/")
    assert search(stranger).items == []
    with pytest.raises(errors.NotFoundError):
        stranger.get_decision_instance(two.rows(DecisionInstance)[0].id)


def test_one_that_was_tried_out_is_seen_by_who_tried(two, sdk):
    two.clock.moment += timedelta(seconds=1)
    made = evaluate(sdk("process_owner"), decisionDefinitionId="free", variables={"age": 1})
    [tried] = made.evaluated_decisions
    key = tried.decision_evaluation_instance_key
    assert sdk("process_owner").get_decision_instance(key).process_instance_key is None
    with pytest.raises(errors.NotFoundError):
        sdk("process_owner", who="another").get_decision_instance(key)


def test_every_filter_of_the_client_is_known():
    theirs = {name.name for name in attrs.fields(models.DecisionInstanceFilter)} - {"additional_properties"}
    assert {snake(name) for name in DecisionInstanceFilter().fields} == theirs
