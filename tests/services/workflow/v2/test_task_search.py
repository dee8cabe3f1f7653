"""Filter, order and pages of the search for user tasks."""

import attrs
import pytest
from camunda_orchestration_sdk import models

from services.workflow import paging
from services.workflow.v2.task_filters import SORTS, TaskFilter
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start, user
from tests.services.workflow.house import someone
from tests.services.workflow.v2.test_user_tasks import give, search

OTHER_CASE = "01890000-0000-7000-8000-000000000002"


def task(id, *more, group="reviewer"):
    return user(id, ext(f'assignmentDefinition candidateGroups="{group}"', *more))


def priority(number):
    return f'priorityDefinition priority="{number}"'


def due(day):
    return f'taskSchedule dueDate="=date and time(&quot;{day}T00:00:00Z&quot;)"'


FOUR = file(
    process(
        start(),
        node("parallelGateway", "all"),
        task("a", priority("70"), due("2026-10-02")),
        task("b", priority("20"), due("2026-10-01")),
        task("c", priority("70")),
        task("d", group="reviewer,approver"),
        end(),
        flows("s all", "all a e", "all b e", "all c e", "all d e"),
    )
)  # fmt: skip


@pytest.fixture
def four(house):
    """Four tasks of one case: a and b with a due date, a and c urgent, d also offered to approvers."""
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    return house


def elements(client, **body):
    return "".join(t.element_id for t in search(client, **body).items)


FILTERS = [
    ({}, "abcd"),
    ({"elementId": "b"}, "b"),
    ({"priority": {"$gte": 50}}, "acd"),
    ({"priority": {"$gt": 50, "$lt": 80}}, "ac"),
    ({"priority": 20}, "b"),
    ({"state": "CREATED"}, "abcd"),
    ({"state": {"$in": ["COMPLETED", "CANCELED"]}}, ""),
    ({"assignee": {"$exists": False}}, "abcd"),
    ({"assignee": {"$exists": True}}, ""),
    ({"assignee": {"$neq": "nobody"}}, "abcd"),
    ({"candidateGroup": "approver"}, "d"),
    ({"candidateGroup": {"$in": ["approver", "clerk"]}}, "d"),
    ({"candidateGroup": "approv"}, ""),
    ({"candidateUser": "approver"}, ""),
    ({"businessId": str(CASE)}, "abcd"),
    ({"businessId": OTHER_CASE}, ""),
    ({"businessId": "order-7"}, ""),
    ({"dueDate": {"$lt": "2026-10-01T12:00:00Z"}}, "b"),
    ({"dueDate": {"$gte": "2026-10-01T08:00:00+08:00"}}, "ab"),
    ({"dueDate": {"$exists": False}}, "cd"),
    ({"creationDate": {"$lte": "2026-09-24T02:00:01Z"}}, "abcd"),
    ({"completionDate": {"$exists": True}}, ""),
    ({"name": {"$like": "*"}, "processDefinitionId": {"$like": "?"}}, "abcd"),
    ({"processDefinitionId": {"$like": "\\?"}}, ""),
    ({"processDefinitionId": {"$notIn": ["q"]}, "tenantId": "<default>"}, "abcd"),
    ({"tenantId": {"$neq": "<default>"}}, ""),
    ({"tags": ["x"]}, ""),
    ({"processInstanceVariables": [{"name": "x", "value": '"grant"'}]}, "abcd"),
    ({"processInstanceVariables": [{"name": "x", "value": '"refuse"'}]}, ""),
    ({"processInstanceVariables": [{"name": "n", "value": {"$in": ["3", "4"]}}]}, "abcd"),
    ({"localVariables": [{"name": "x", "value": '"grant"'}]}, ""),
    ({"$or": [{"elementId": "a"}, {"priority": 20}]}, "ab"),
    ({"elementId": "b", "$or": [{"elementId": "a"}, {"priority": 70}]}, ""),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
def test_tasks_are_filtered(four, sdk, wanted, found):
    assert "".join(sorted(elements(sdk("reviewer"), filter=wanted))) == found


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"surprise": 1}},
        {"filter": {"state": "OPEN"}},
        {"filter": {"priority": {"$like": "5"}}},
        {"filter": {"candidateGroup": {"$neq": "reviewer"}}},
        {"filter": {"priority": {"$in": 5}}},
        {"filter": {"userTaskKey": "key"}},
        {"filter": {"dueDate": "tomorrow"}},
        {"filter": {"processInstanceVariables": [{"name": "x", "value": "grant"}]}},
        {"filter": {"$or": [{"$or": []}]}},
        {"sort": [{"field": "colour"}]},
        {"sort": [{"field": "name", "order": "UP"}]},
        {"page": {"limit": 0}},
        {"page": {"limit": 10_001}},
        {"page": {"from": -1}},
        {"page": {"after": "nonsense"}},
        {"page": {"after": "WzFd", "limit": 1}, "sort": [{"field": "name"}]},
        {"page": {"before": "WyJ4Il0"}},
    ],
)
def test_what_is_not_understood_is_refused(four, body):
    answer = four.client("reviewer").post("/v2/user-tasks/search", json=body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_an_empty_body_asks_for_everything(four):
    assert len(four.client("reviewer").post("/v2/user-tasks/search").get_json()["items"]) == 4


SORTED = [
    ([{"field": "dueDate"}, {"field": "priority"}], "badc"),
    ([{"field": "dueDate", "order": "DESC"}, {"field": "priority"}], "abdc"),
    ([{"field": "priority", "order": "DESC"}, {"field": "dueDate"}], "acdb"),
    ([{"field": "businessId"}, {"field": "dueDate", "order": "DESC"}, {"field": "priority"}], "abdc"),
    ([{"field": "completionDate"}, {"field": "priority"}, {"field": "dueDate"}], "bdac"),
]


@pytest.mark.parametrize(("sort", "found"), SORTED)
def test_tasks_are_ordered_and_paged_in_that_order(four, sdk, sort, found):
    client = sdk("reviewer")
    assert elements(client, sort=sort) == found
    cursor, seen, pages = None, "", []
    for _ in range(4):
        page = search(client, sort=sort, page={"limit": 1, **({"after": cursor} if cursor else {})})
        seen += "".join(t.element_id for t in page.items)
        pages.append(page.page)
        cursor = page.page.end_cursor
    assert seen == found
    assert all(p.total_items == 4 for p in pages)
    assert search(client, sort=sort, page={"limit": 1, "after": cursor}).items == []
    back = search(client, sort=sort, page={"limit": 2, "before": cursor})
    assert "".join(t.element_id for t in back.items) == found[1:3]


def test_an_offset_works_too(four, sdk):
    sort = [{"field": "priority"}, {"field": "dueDate"}]
    page = search(sdk("reviewer"), sort=sort, page={"from": 1, "limit": 2})
    assert "".join(t.element_id for t in page.items) == "da"
    assert page.page.total_items == 4


def test_pages_lose_nothing_when_rows_go(four, sdk):
    client, sort = sdk("reviewer"), [{"field": "dueDate"}, {"field": "priority"}]
    first = search(client, sort=sort, page={"limit": 2}, filter={"state": "CREATED"})
    four.complete("b", someone("ann", "reviewer"))
    after = first.page.end_cursor
    rest = search(client, sort=sort, page={"limit": 2, "after": after}, filter={"state": "CREATED"})
    assert "".join(t.element_id for t in first.items + rest.items) == "badc"


def test_the_total_stops_at_the_cap(four, sdk, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    page = search(sdk("reviewer")).page
    assert (page.total_items, page.has_more_total_items) == (3, True)


def test_every_filter_and_order_of_the_client_is_known():
    names = {a.name.rstrip("_") for a in attrs.fields(models.UserTaskFilter)} - {"additional_properties"}
    ours = {name for name in TaskFilter().fields if name != "alternatives"} | {"or"}
    camel = {"".join(w.capitalize() if i else w for i, w in enumerate(n.split("_"))) for n in names}
    assert camel == ours
    assert {f.value for f in models.UserTaskSearchQuerySortRequestField} == set(SORTS)


def test_mine_are_found_by_assignee(four, sdk):
    client = sdk("reviewer", "administrator", who="ann")
    give(client, str(four.task("c").key), "ann")
    assert elements(client, filter={"assignee": str(person("ann"))}) == "c"
    assert elements(sdk("approver", at=CENTRE), filter={}) == "d"
