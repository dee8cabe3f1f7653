"""Deployments and process definitions, through the foreign client."""

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import FormVersion, ModelVersion
from tests.services.workflow.house import form
from tests.services.workflow.v2.models_for_tests import LINE, deployment

FORM = form("f", name="required")


def search(client, **body):
    return client.search_process_definitions(data=models.ProcessDefinitionSearchQuery.from_dict(body))


def test_the_topology_is_one_healthy_broker(sdk):
    found = sdk("reviewer").get_topology()
    assert (found.cluster_size, found.partitions_count) == (1, 1)
    assert found.brokers[0].partitions[0].health == "healthy"


def test_files_are_deployed_together(sdk):
    done = sdk("process_owner").create_deployment(data=deployment(line_bpmn=LINE, f_form=FORM))
    process = next(d.process_definition for d in done.deployments if d.process_definition)
    shape = next(d.form for d in done.deployments if d.form)
    assert (process.process_definition_id, process.process_definition_version) == ("p", 1)
    assert (process.resource_name, shape.form_id, shape.version) == ("line.bpmn", "f", 1)
    assert done.tenant_id == "<default>"


@pytest.mark.parametrize("role", ["reviewer", "applicant", "handler"])
def test_the_public_and_ordinary_staff_cannot_deploy(sdk, house, role):
    with pytest.raises(errors.UnexpectedStatus) as refused:
        sdk(role).create_deployment(data=deployment(line_bpmn=LINE, f_form=FORM))
    assert refused.value.status_code == 403
    assert house.rows(ModelVersion) == []


def test_without_a_token_nobody_is_known(house):
    answer = house.client().post("/v2/process-definitions/search", json={})
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    basic = house.client().get("/v2/topology", headers={"Authorization": "Basic YTpi"})
    assert basic.status_code == 401


def test_a_diagram_that_does_not_parse_changes_nothing(sdk, house):
    with pytest.raises(errors.BadRequestError) as refused:
        sdk("process_owner").create_deployment(data=deployment(broken_bpmn=b"<definitions", f_form=FORM))
    assert "broken.bpmn" in refused.value.parsed.detail  # type: ignore[union-attr]
    assert house.rows(FormVersion) == []


def test_a_missing_form_is_named(sdk):
    with pytest.raises(errors.BadRequestError) as refused:
        sdk("process_owner").create_deployment(data=deployment(line_bpmn=LINE))
    fault = refused.value.parsed.additional_properties["faults"][0]  # type: ignore[union-attr]
    assert (fault["element"], fault["rule"]) == ("look", "form-missing")
    assert fault["remedy"]


def test_no_files_are_no_deployment(house):
    answer = house.client("process_owner").post("/v2/deployments", data={"tenantId": "<default>"})
    assert answer.status_code == 400


@pytest.fixture
def three(sdk):
    """Two versions of p and one of q."""
    client = sdk("process_owner")
    client.create_deployment(data=deployment(line_bpmn=LINE, f_form=FORM))
    client.create_deployment(data=deployment(line_bpmn=LINE.replace(b'id="e"', b'id="e" name="x"')))
    client.create_deployment(data=deployment(other_bpmn=LINE.replace(b'id="p"', b'id="q" name="Other"')))
    return client


def test_every_version_is_found(three):
    page = search(three, sort=[{"field": "processDefinitionId"}, {"field": "version", "order": "DESC"}])
    assert [(d.process_definition_id, d.version) for d in page.items] == [("p", 2), ("p", 1), ("q", 1)]
    assert (page.page.total_items, page.page.has_more_total_items) == (3, False)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"isLatestVersion": True}, [("p", 2), ("q", 1)]),
        ({"processDefinitionId": "p", "version": 1}, [("p", 1)]),
        ({"processDefinitionId": {"$like": "?"}, "name": {"$like": "Oth*"}}, [("q", 1)]),
        ({"resourceName": "other.bpmn"}, [("q", 1)]),
        ({"name": "Other", "state": "ACTIVE", "tenantId": "<default>"}, [("q", 1)]),
        ({"state": "DELETED"}, []),
        ({"hasStartForm": True}, []),
        ({"versionTag": "v"}, []),
        ({"tenantId": "other"}, []),
    ],
)
def test_definitions_are_filtered(three, wanted, found):
    page = search(three, filter=wanted, sort=[{"field": "processDefinitionId"}, {"field": "version"}])
    assert [(d.process_definition_id, d.version) for d in page.items] == found


def test_one_definition_and_its_xml(three):
    [found] = search(three, filter={"processDefinitionId": "q"}).items
    key = found.process_definition_key
    assert three.get_process_definition(key).name == "Other"
    assert three.get_process_definition_xml(key).encode() == LINE.replace(b'id="p"', b'id="q" name="Other"')


@pytest.mark.parametrize("key", ["1", "9223372036854775807", "99999999999999999999"])
def test_a_missing_definition_is_not_found(three, key):
    with pytest.raises(errors.NotFoundError):
        three.get_process_definition(key)
