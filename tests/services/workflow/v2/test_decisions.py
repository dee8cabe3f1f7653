"""Decisions deployed and looked up, through the foreign client."""

import attrs
import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import DecisionRequirements
from services.workflow.v2.decisions import DecisionFilter, RequirementsFilter
from tests.services.workflow.decisions.drawing import AGES, decision, graph, literal
from tests.services.workflow.v2.models_for_tests import deployment

OTHER = graph(decision("other", literal("1"), name="别的决策"), id="elsewhere")


def search(client, **body):
    return client.search_decision_definitions(data=models.DecisionDefinitionSearchQuery.from_dict(body))


def files(client, **body):
    return client.search_decision_requirements(data=models.DecisionRequirementsSearchQuery.from_dict(body))


@pytest.fixture
def three(sdk):
    """Two versions of one decision and one of another."""
    client = sdk("process_owner")
    client.create_deployment(data=deployment(ages_dmn=AGES))
    client.create_deployment(data=deployment(ages_dmn=AGES.replace(b"70", b"65"), other_dmn=OTHER))
    return client


def test_a_deployment_tells_files_and_decisions(sdk):
    done = sdk("process_owner").create_deployment(data=deployment(ages_dmn=AGES, other_dmn=OTHER))
    kept = [d.decision_requirements for d in done.deployments if d.decision_requirements]
    made = [d.decision_definition for d in done.deployments if d.decision_definition]
    assert [(r.decision_requirements_id, r.version, r.resource_name) for r in kept] == [
        ("elsewhere", 1, "other.dmn"),
        ("graph", 1, "ages.dmn"),
    ]
    assert [(d.decision_definition_id, d.name, d.version) for d in made] == [
        ("other", "别的决策", 1),
        ("free", "是否免予核查", 1),
    ]
    assert made[1].decision_requirements_key == kept[1].decision_requirements_key


def test_a_file_with_a_fault_changes_nothing(sdk, house):
    with pytest.raises(errors.BadRequestError) as refused:
        sdk("process_owner").create_deployment(data=deployment(a_dmn=AGES, b_dmn=b"<x/>"))
    fault = refused.value.parsed.additional_properties["faults"][0]  # type: ignore[union-attr]
    assert (fault["resource"], fault["rule"]) == ("b.dmn", "dmn")
    assert house.rows(DecisionRequirements) == []


def test_every_version_is_found(three):
    page = search(three, sort=[{"field": "decisionDefinitionId"}, {"field": "version", "order": "DESC"}])
    assert [(d.decision_definition_id, d.version) for d in page.items] == [
        ("free", 2),
        ("free", 1),
        ("other", 1),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"isLatestVersion": True}, [("free", 2), ("other", 1)]),
        ({"decisionDefinitionId": "free", "version": 1}, [("free", 1)]),
        ({"name": "别的决策", "tenantId": "<default>"}, [("other", 1)]),
        ({"decisionRequirementsId": "graph", "decisionRequirementsVersion": 2}, [("free", 2)]),
        ({"decisionRequirementsName": "Graph elsewhere"}, [("other", 1)]),
        ({"tenantId": "another"}, []),
    ],
)
def test_decisions_are_filtered(three, wanted, found):
    page = search(three, filter=wanted, sort=[{"field": "decisionDefinitionId"}, {"field": "version"}])
    assert [(d.decision_definition_id, d.version) for d in page.items] == found


def test_one_decision_its_file_and_their_xml(three):
    [found] = search(three, filter={"decisionDefinitionId": "other"}).items
    assert three.get_decision_definition(found.decision_definition_key).to_dict() == found.to_dict()
    assert three.get_decision_definition_xml(found.decision_definition_key).encode() == OTHER
    key = found.decision_requirements_key
    assert three.get_decision_requirements(key).resource_name == "other.dmn"
    assert three.get_decision_requirements_xml(key).encode() == OTHER
    assert search(three, filter={"decisionRequirementsKey": key}).items == [found]


def test_files_are_found(three):
    page = files(three, sort=[{"field": "decisionRequirementsId"}, {"field": "version"}])
    ids = [(f.decision_requirements_id, f.version) for f in page.items]
    assert ids == [("elsewhere", 1), ("graph", 1), ("graph", 2)]
    assert len(files(three, filter={"resourceName": "ages.dmn", "version": 2}).items) == 1


@pytest.mark.parametrize("key", ["1", "9223372036854775807", "99999999999999999999"])
def test_what_is_missing_is_not_found(three, key):
    for ask in (three.get_decision_definition, three.get_decision_requirements_xml):
        with pytest.raises(errors.NotFoundError):
            ask(key)


def test_ordinary_staff_is_refused(sdk):
    with pytest.raises(errors.ForbiddenError):
        search(sdk("reviewer"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (DecisionFilter, models.DecisionDefinitionFilter),
        (RequirementsFilter, models.DecisionRequirementsFilter),
    ],
)
def test_every_filter_of_the_client_is_known(ours, theirs):
    names = {name.name for name in attrs.fields(theirs)} - {"additional_properties"}
    assert {snake(name) for name in ours().fields} == names


def snake(name):
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
