"""The administrator's work with organisations."""

import pytest
from flask.testing import FlaskClient

from shared.contracts.identity import OrganisationChanged
from tests.rig import Bench
from tests.services.identity.conftest import logged_in, post


@pytest.fixture
def admin(bench: Bench) -> FlaskClient:
    return logged_in(bench, "administrator")


def test_a_new_organisation_is_announced(bench: Bench, admin: FlaskClient) -> None:
    form = {"parent": "/demo-city/centre/", "code": "station-2", "kind": "station", "name": "第二工作站"}
    assert post(admin, "/identity/organisations", **form).status_code == 303
    told = bench.emitted(OrganisationChanged)[-1]
    assert (told.path, told.kind, told.name) == ("/demo-city/centre/station-2/", "station", "第二工作站")
    again = post(admin, "/identity/organisations", **form)
    assert again.status_code == 422
    assert "已有相同的代码" in again.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "Station 2", "代码只能用小写字母"),
        ("code", "a/b", "代码只能用小写字母"),
        ("parent", "/other/", "请选择机构。"),
        ("kind", "public", "请选择类型。"),
        ("name", "", "请填写名称。"),
    ],
)
def test_a_wrong_organisation_is_not_added(
    bench: Bench, admin: FlaskClient, field: str, value: str, said: str
) -> None:
    before = len(bench.emitted())
    form = {"parent": "/demo-city/", "code": "station-2", "kind": "station", "name": "第二工作站"}
    answer = post(admin, "/identity/organisations", **{**form, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(bench.emitted()) == before
