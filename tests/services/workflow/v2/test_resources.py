"""Deployed files and who asks, through the foreign client."""

import json

from tests.rig import CENTRE, person
from tests.services.workflow.house import form
from tests.services.workflow.v2.models_for_tests import LINE
from tests.services.workflow.v2.test_user_tasks import refusal


def test_deployed_files_come_back(house, sdk):
    [(model, _), (shape, _)] = house.deploy(LINE, form("f", name="required"))
    client = sdk("process_owner")
    found = client.get_resource(str(model))
    assert (found.resource_id, found.resource_name, found.version) == ("p", "file.bpmn", 1)
    assert client.get_resource(str(shape)).resource_id == "f"
    content = house.client("integration").get(f"/v2/resources/{model}/content/binary")
    assert (content.data, content.content_type) == (LINE, "application/octet-stream")
    again = house.client("integration").get(f"/v2/resources/{shape}/content/binary")
    assert json.loads(again.data) == json.loads(form("f", name="required"))
    assert client.get_resource_content(str(shape)).to_dict() == json.loads(again.data)
    assert json.loads(client.get_form_by_key(str(shape)).schema) == json.loads(again.data)
    assert refusal(client.get_resource_content, str(model)) == 404
    assert refusal(client.get_form_by_key, str(model)) == 404
    assert refusal(client.get_resource, "99") == 404
    assert house.client("process_owner").get(f"/v2/process-definitions/{model}/form").status_code == 204
    assert house.client("process_owner").get("/v2/process-definitions/99/form").status_code == 404
    for path in (f"resources/{model}", f"resources/{shape}/content", f"forms/{shape}"):
        assert house.client("reviewer").get(f"/v2/{path}").status_code == 403


def test_clients_learn_who_they_are(house, sdk):
    found = sdk("reviewer", "approver", who="ann").get_authentication()
    assert (found.username, found.display_name) == (str(person("ann")), "ann")
    assert (found.roles, found.groups) == (["approver", "reviewer"], [CENTRE])
    assert [tenant.tenant_id for tenant in found.tenants] == ["<default>"]
    assert sdk("reviewer").get_license().valid_license
    sdk("reviewer").get_status()
    for path in ("authentication/me", "license", "status"):
        assert house.client().get(f"/v2/{path}").status_code == 401
