"""The pages on which a process owner takes running instances over to another version."""

import pytest

from services.workflow.changing.batches import work_off
from services.workflow.changing.migration_rows import undo_migration
from services.workflow.changing.modification import Activation, Modification, modify_instance
from services.workflow.changing.suspension import resume_instance, suspend_instance
from services.workflow.models import BatchOperation, Instance
from tests.rig import CASE, CENTRE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    job,
    message,
    message_def,
    process,
    start,
    user,
)
from tests.services.workflow.house import someone
from tests.services.workflow.pages.conftest import NUMBER, Browser, registered, words

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
PAGE = "/workflow/models/p/migrate"


def model(*parts, way, more=()):
    drawn = process(start(), *parts, end(), flows(way, *more)).replace(
        '<process id="p"', '<process id="p" name="审查"'
    )
    return file(drawn, extra=message_def("m", "m"))


def named(id, name):
    return user(id, CLERK).replace("<userTask", f'<userTask name="{name}"')


@pytest.fixture
def owner(house):
    """Three instances of the first version: the second of them waits where the new version has nothing."""
    house.deploy(model(named("a", "核对"), job("j"), way="s a j e"))
    house.deliver(registered(), job_key=None)
    for _ in range(3):
        house.start()
    house.complete("a", ANN)
    new = (named("b", "复核"), boundary("x", "b", message("m")))
    house.deploy(model(*new, way="s b e", more=("x e",)))
    return Browser(house, "process_owner", who="owner")


def rows(page):
    """Result and explanation of each row."""
    return [tuple(words(cell) for cell in row.xpath(".//td")[:2]) for row in page.xpath("//tbody/tr")]


def run(house):
    for _ in range(9):
        with house.work() as work:
            work_off(work)


def test_the_models_lead_to_it(owner):
    page = owner.get("/workflow/models")
    assert PAGE in [link.get("href") for link in page.xpath("//main//a")]


def test_tried_first_then_done_then_taken_back(house, owner):
    page = owner.get(PAGE)
    assert [result for result, _ in rows(page)] == ["不能迁移"] * 3
    assert "核对：目标版本里没有“a”" in rows(page)[1][1]
    page = owner.get(f"{PAGE}?source=1&target=2&map-a=b")
    assert [result for result, _ in rows(page)] == ["不能迁移", "可以迁移", "可以迁移"]
    assert rows(page)[1][1] == "迁移后在：复核（新增等候 1 项）"
    assert {row.version for row in house.rows(Instance)} == {1}
    assert house.rows(BatchOperation) == []
    [form] = [f for f in page.forms if (f.get("method"), f.get("action")) == ("post", PAGE)]
    page = owner.post(form.get("action"), **dict(form.form_values()))
    assert words(page.xpath("//h1")[0]) == "正在逐个办理"
    run(house)
    address = f"/workflow/batches/{house.rows(BatchOperation)[0].key}"
    page = owner.get(address)
    assert words(page.xpath("//h1")[0]) == "批量操作已完成"
    assert [result for result, _ in rows(page)] == ["跳过", "已迁移", "已迁移"]
    assert "j：目标版本里没有“j”" in rows(page)[0][1]
    assert NUMBER in words(page)
    first, second = [
        dict(f.form_values())["instance"] for f in page.forms if f.get("action").endswith("/undo")
    ]
    owner.post(f"{address}/undo", instance=first)
    assert [row.version for row in house.rows(Instance)] == [1, 1, 2]
    house.complete("b", ANN)
    page = owner.post(f"{address}/undo", instance=second)
    assert owner.status == 409
    assert "不能再撤销" in words(page) or "已经结束" in words(page)
    assert not [f for f in page.forms if f.get("action").endswith("/undo")]


def test_the_history_of_the_case_tells_of_it(house, owner):
    owner.post(PAGE, **{"source": "1", "target": "2", "map-a": "b"})
    run(house)
    key = house.instance().key
    with house.work() as work:
        undo_migration(work, key, "boss")
        suspend_instance(work, key, "boss")
        resume_instance(work, key, "boss")
        modify_instance(work, key, Modification((Activation("j"),), ("a",)), "boss")
    told = words(Browser(house, "clerk", who="ann").get(f"/workflow/cases/{CASE}/panel"))
    sentences = ["改按另一个版本", "改回原来的版本", "暂停了流程", "恢复了流程", "调整了流程的位置"]
    assert [told.count(sentence) for sentence in sentences] == [2, 1, 1, 1, 1]


def test_the_rest_is_left_alone(house, owner):
    owner.post(PAGE, source="1", target="2")
    address = f"/workflow/batches/{house.rows(BatchOperation)[0].key}"
    page = owner.post(f"{address}/cancel")
    assert words(page.xpath("//h1")[0]) == "批量操作已停止"
    assert {result for result, _ in rows(page)} == {"没有处理"}


def test_who_and_what_is_out_of_reach(house, owner):
    owner.post(PAGE, source="1", target="2")
    address = f"/workflow/batches/{house.rows(BatchOperation)[0].key}"
    for path, roles, at, status in [
        (address, ("process_owner",), CENTRE, 404), (PAGE, ("clerk",), CENTRE, 403),
        ("/workflow/models/q/migrate", ("process_owner",), CENTRE, 404),
    ]:  # fmt: skip
        other = Browser(house, *roles, at=at, who="ben")
        other.get(path)
        assert other.status == status
    far = Browser(house, "process_owner", at="/other/", who="ben")
    assert "没有正在办理的流程" in words(far.get(PAGE))
    assert "请选择两个不同的版本" in words(owner.get(f"{PAGE}?source=2&target=2"))
    owner.post(f"{address}/undo", instance="x")
    assert owner.status == 400
