"""The administrator's work with organisations."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.identity.models import Organisation, Person
from services.identity.people.roles import give_role
from shared.contracts.identity import OrganisationChanged
from tests.rig import Bench
from tests.services.identity.conftest import IDS, logged_in, post


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
        ("kind", "station", "示范市是城市，它的下面只能设"),
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


def place(bench: Bench, path: str) -> Organisation:
    with bench.runtime.reading() as session:
        return session.scalars(sa.select(Organisation).where(Organisation.path == path)).one()


@pytest.mark.clause("S3-二(一)b")
def test_a_street_gets_a_community_point(bench: Bench, admin: FlaskClient) -> None:
    form = {
        "parent": "/demo-city/centre/station-a/",
        "code": "point-2",
        "kind": "point",
        "name": "第二联络点",
    }
    assert post(admin, "/identity/organisations", **form).status_code == 303
    below = {**form, "parent": "/demo-city/centre/station-a/point-2/", "code": "x"}
    answer = post(admin, "/identity/organisations", **below)
    assert (answer.status_code, "它的下面不能再设机构" in answer.text) == (422, True)


def test_another_name_is_announced_and_the_path_stays(bench: Bench, admin: FlaskClient) -> None:
    page = f"/identity/organisations/{place(bench, '/demo-city/firm-b/').id}"
    assert post(admin, f"{page}/name", name="新名称律师事务所").status_code == 303
    told = bench.emitted(OrganisationChanged)[-1]
    assert (told.path, told.name) == ("/demo-city/firm-b/", "新名称律师事务所")
    said = len(bench.emitted())
    post(admin, f"{page}/name", name="新名称律师事务所")
    assert len(bench.emitted()) == said
    assert post(admin, f"{page}/name", name=" ").status_code == 422
    shown = admin.get(page).text
    assert "改名" in shown
    assert "贾管理" in shown


def test_an_organisation_closes_when_nobody_is_there(bench: Bench, admin: FlaskClient) -> None:
    point = place(bench, "/demo-city/centre/station-a/point-a/")
    page = f"/identity/organisations/{point.id}"
    refused = post(admin, f"{page}/close")
    assert refused.status_code == 409
    assert "没有停用的人员 1 名；没有取消的角色 1 个" in refused.text
    assert "没有停用的下级机构 1 个" in post(
        admin, f"/identity/organisations/{place(bench, '/demo-city/centre/station-a/').id}/close"
    ).text  # fmt: skip
    post(admin, f"/identity/people/{IDS['clerk3']}/close", why="联络点撤销")
    assert post(admin, f"{page}/close").status_code == 303
    form = {
        "login": "late",
        "name": "贾来迟",
        "phone": "13800000089",
        "organisation": point.path,
        "role": "clerk",
    }
    assert post(admin, "/identity/people/new", **form).status_code == 422
    assert post(admin, f"{page}/open").status_code == 303
    assert post(admin, "/identity/people/new", **form).status_code == 200


def test_organisations_of_others_are_missing(bench: Bench) -> None:
    with bench.work() as work:
        clerk = work.session.get_one(Person, IDS["clerk"])
        give_role(work, clerk, "administrator", "/demo-city/centre/", by=None)
    centre = logged_in(bench, "clerk")
    city = f"/identity/organisations/{place(bench, '/demo-city/').id}"
    assert centre.get(city).status_code == 404
    for act in ("name", "close", "open"):
        assert post(centre, f"{city}/{act}", name="x").status_code == 404
    assert centre.get(f"/identity/organisations/{UUID(int=5)}").status_code == 404
