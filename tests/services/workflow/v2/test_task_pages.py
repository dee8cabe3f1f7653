"""Pages of tasks that are seen in several ways, in the orders that indexes have."""

from datetime import timedelta

import pytest

from services.workflow.visibility import at_or_below, sight_of_tasks
from shared.ids import first_key, last_key
from tests.rig import CENTRE, START
from tests.services.workflow.house import someone
from tests.services.workflow.v2.test_task_search import FOUR, OTHER_CASE

OPEN = {"state": "CREATED"}
ORDERS = [
    ({"field": "dueDate"}, "bacd"),
    ({"field": "dueDate", "order": "DESC"}, "abdc"),
    ({"field": "priority"}, "bdac"),
    ({"field": "priority", "order": "DESC"}, "cadb"),
    ({"field": "creationDate"}, "abcd"),
    ({"field": "creationDate", "order": "DESC"}, "dcba"),
]
"""What comes in these orders: a is due on the 2nd, b on the 1st, the others never; a and c are urgent."""
SEEN_BY = [
    ("house", ("reviewer",), CENTRE),
    ("house", ("process_owner",), "/"),
    ("house_on_postgres", ("reviewer", "approver", "administrator"), CENTRE),
]


def asked(client, **body):
    answer = client.post("/v2/user-tasks/search", json=body)
    assert answer.status_code == 200
    found = answer.get_json()
    return "".join(task["elementId"] for task in found["items"]), found["page"]


@pytest.mark.servers
@pytest.mark.parametrize(("database", "roles", "place"), SEEN_BY)
def test_pages_follow_each_other_in_both_directions(request, database, roles, place):
    house = request.getfixturevalue(database)
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    client = house.client(*roles, at=place)
    for sort, expected in ORDERS:
        for wanted in (OPEN, {**OPEN, "elementId": {"$neq": "x"}}):
            assert asked(client, filter=wanted, sort=[sort])[0] == expected
        assert (walked(client, sort, "after", "endCursor"), sort) == (expected, sort)
        assert (walked(client, sort, "before", "startCursor"), sort) == (expected[-2::-1], sort)


def walked(client, sort, direction, cursor):
    """What comes one by one from the beginning on, or from the last one back."""
    at = {"from": 3} if direction == "before" else {}
    found, page = asked(client, filter=OPEN, sort=[sort], page={"limit": 1, **at})
    seen = "" if at else found
    while True:
        found, page = asked(client, filter=OPEN, sort=[sort], page={"limit": 1, direction: page[cursor]})
        if not found:
            return seen
        assert page["totalItems"] == 4
        seen += found


def test_a_task_seen_in_many_ways_is_one(house):
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    client = house.client("reviewer", "approver", "process_owner", "administrator", at=CENTRE)
    elements, page = asked(client, filter=OPEN, sort=[{"field": "dueDate"}])
    assert (len(elements), page["totalItems"], page["hasMoreTotalItems"]) == (4, 4, False)


def test_a_page_of_nothing_still_knows_how_many_there_are(house):
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    elements, page = asked(house.client("reviewer", at=CENTRE), page={"from": 4})
    assert (elements, page["totalItems"], page["endCursor"]) == ("", 4, None)


def test_places_stand_in_the_statement_as_they_are(house_on_postgres):
    house_on_postgres.deploy(FOUR)
    odd = "/it's 100%_\\:x/"
    for place in (odd, "/it's 100%+\\:x/"):
        house_on_postgres.start(x="grant", n=3, agency=place)
    for role in ("reviewer", "process_owner"):
        assert asked(house_on_postgres.client(role, at=odd), filter=OPEN)[0] == "abcd"
    owner = house_on_postgres.client("process_owner", at=odd)
    found = owner.post("/v2/process-instances/search", json={"filter": {"state": "ACTIVE"}}).get_json()
    assert found["page"]["totalItems"] == 1


def test_a_place_below_another_with_the_same_role_is_no_way_of_its_own():
    sight = sight_of_tasks(someone("ann", "reviewer", "reviewer", "administrator", at="/a/"))
    assert sight.offers == (("administrator", "/a/"), ("reviewer", "/a/"))
    assert (sight.overseen, sight.overseer) == (("/a/",), True)
    assert not sight_of_tasks(someone("ann", "reviewer")).overseer
    assert at_or_below("/a_b%\\/") == "/a\\_b\\%\\\\/%"


def test_who_sees_only_other_cases_sees_none(house):
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    client = house.client("process_owner", at=CENTRE)
    assert asked(client, filter={**OPEN, "businessId": OTHER_CASE})[1]["totalItems"] == 0


def test_tasks_are_found_by_the_moment_they_were_made(house):
    house.deploy(FOUR)
    house.start(x="grant", n=3)
    client = house.client("reviewer", at=CENTRE)
    made = house.task("a").created_at
    before, then, after = ((made + timedelta(milliseconds=n)).isoformat() for n in (-1, 0, 1))
    for wanted, count in (
        ({"$gte": then}, 4), ({"$gte": after}, 0), ({"$gt": then}, 0), ({"$gt": before}, 4),
        ({"$lte": then}, 4), ({"$lte": before}, 0), ({"$lt": then}, 0), ({"$lt": after}, 4),
        ({"$eq": then}, 4), ({"$eq": after}, 0), ({"$neq": then}, 0),
        ({"$lt": "9998-01-01T00:00:00Z", "$gt": "1900-01-01T00:00:00Z"}, 4),
    ):  # fmt: skip
        assert (asked(client, filter={"creationDate": wanted})[1]["totalItems"], wanted) == (count, wanted)


def test_keys_of_one_millisecond_lie_between_its_first_and_last():
    assert last_key(START) - first_key(START) == (1 << 21) - 1
    assert first_key(START) == int(START.timestamp() * 1000) << 21
    assert (first_key(START.replace(year=1960)), last_key(START.replace(year=2500))) == (0, (1 << 63) - 1)
