"""Everyone's own messages, in pages and API."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.notify.models import Letter
from tests.rig import START, Bench
from tests.services.notify.conftest import APPLICANT, HANDLER, assigned, notice, rows, someone, the_letter

LIST = "/notify/messages"
API = "/notify/api/messages"


def applicant(bench: Bench) -> FlaskClient:
    return bench.client("applicant", at="/public/", who="applicant")


def fill(bench: Bench, number: int) -> None:
    for _ in range(number):
        bench.deliver(notice("withdrawn"))
        bench.clock.moment += timedelta(minutes=1)


def mark(client: FlaskClient, identifier: str) -> int:
    return client.post(f"{API}/{identifier}/read").status_code


def test_the_public_has_no_mailbox(bench: Bench) -> None:
    assert bench.client().get(LIST).headers["Location"].startswith("/identity/login?next=")
    assert bench.client().get(API).status_code == 401
    assert bench.client().get(f"{API}/count").status_code == 401
    assert bench.client().get(f"{LIST}/count").status_code == 204
    assert bench.client().post(f"{LIST}/read").status_code == 401


def test_messages_are_read_in_full_and_reading_changes_nothing(bench: Bench) -> None:
    bench.deliver(notice("granted", channels="decision"))
    client, letter = applicant(bench), the_letter(bench)
    assert "决定给予您法律援助" in client.get(LIST).text
    page = client.get(f"{LIST}/{letter.id}").text
    assert "贾求援，您好" in page
    assert "查看办理进度" in page
    assert client.get(f"{API}/count").get_json() == {"unread": 1}
    assert the_letter(bench).read_at is None


def test_nobody_reads_somebody_elses_messages(bench: Bench) -> None:
    bench.deliver(assigned())
    letter = the_letter(bench, HANDLER)
    for client in (applicant(bench), bench.client("administrator", at="/")):
        assert client.get(f"{LIST}/{letter.id}").status_code == 404
        assert mark(client, str(letter.id)) == 404
        assert client.post(f"{LIST}/{letter.id}/read").status_code == 404
    assert applicant(bench).get(f"{LIST}/{UUID(int=1)}").status_code == 404
    assert the_letter(bench, HANDLER).read_at is None


def test_what_was_never_put_into_the_mailbox_is_not_there(bench: Bench) -> None:
    bench.deliver(someone("applicant", "applicant", at="/public/", active=False))
    bench.deliver(notice("granted", channels="decision"))
    assert applicant(bench).get(API).get_json() == {"messages": [], "next": None}
    assert applicant(bench).get(f"{LIST}/{the_letter(bench).id}").status_code == 404
    assert "没有消息" in applicant(bench).get(LIST).text


def test_the_first_reading_counts_and_the_others_stay_unread(bench: Bench) -> None:
    fill(bench, 2)
    first, second = sorted(rows(bench, Letter), key=lambda letter: letter.shown_at)
    client = applicant(bench)
    assert mark(client, str(first.id)) == 204
    read_at = bench.clock.moment
    bench.clock.moment += timedelta(hours=1)
    answer = client.post(f"{LIST}/{first.id}/read")
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    found = {letter.id: letter.read_at for letter in rows(bench, Letter)}
    assert found == {first.id: read_at, second.id: None}
    assert [m["id"] for m in client.get(API).get_json()["messages"]] == [str(second.id), str(first.id)]


def test_all_can_be_marked_at_once_but_only_ones_own(bench: Bench) -> None:
    bench.deliver(assigned())
    fill(bench, 2)
    assert applicant(bench).post(f"{LIST}/read").status_code == 303
    assert all(letter.read_at for letter in rows(bench, Letter, recipient_id=APPLICANT))
    assert the_letter(bench, HANDLER).read_at is None
    assert applicant(bench).get(f"{LIST}/count").status_code == 204


def test_the_head_of_a_page_counts_the_unread(bench: Bench) -> None:
    fill(bench, 3)
    part = applicant(bench).get(f"{LIST}/count")
    assert (part.status_code, "3</span>" in part.text) == (200, True)
    assert "<html" not in part.text
    head = applicant(bench).get(LIST).text
    assert 'hx-get="/notify/messages/count"' in head


def test_pages_follow_one_another_without_gaps(bench: Bench) -> None:
    fill(bench, 7)
    client = applicant(bench)
    letters = sorted(rows(bench, Letter), key=lambda letter: letter.shown_at, reverse=True)
    for letter in letters[1:4]:
        mark(client, str(letter.id))
    wanted = [str(x.id) for x in (letters[0], *letters[4:], *letters[1:4])]
    found, after = [], ""
    while after is not None:
        page = client.get(f"{API}?limit=2&after={after}").get_json()
        found += [m["id"] for m in page["messages"]]
        after = page["next"]
    assert found == wanted


def test_letters_of_one_moment_follow_one_another_too(bench: Bench) -> None:
    for _ in range(3):
        bench.deliver(notice("withdrawn"))
    client = applicant(bench)
    first = client.get(f"{API}?limit=2").get_json()
    second = client.get(f"{API}?limit=2&after={first['next']}").get_json()
    assert len({m["id"] for m in first["messages"] + second["messages"]}) == 3
    assert second["next"] is None
    assert START.isoformat() == first["messages"][0]["shown_at"]


def test_the_pages_of_the_list_are_linked(bench: Bench) -> None:
    fill(bench, 21)
    client = applicant(bench)
    assert "下一页" in client.get(LIST).text
    following = client.get(f"{API}").get_json()["next"]
    last = client.get(f"{LIST}?after={following}").text
    assert "下一页" not in last
    assert "您的申请已经撤回" in last


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=1.2", "after=0.1.x", "after=0.999999999999999999999." + "0" * 32, "limit=0",
     "limit=101", "limit=x"],
)  # fmt: skip
def test_a_wrong_query_is_refused_in_chinese(bench: Bench, query: str) -> None:
    answer = applicant(bench).get(f"{API}?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    (messages,) = answer.get_json()["fields"].values()
    assert "请" in messages[0]


@pytest.mark.parametrize("limit", [1, 100])
def test_limits_at_the_edge_are_accepted(bench: Bench, limit: int) -> None:
    assert applicant(bench).get(f"{API}?limit={limit}").status_code == 200


def test_a_form_of_another_site_marks_nothing(bench: Bench) -> None:
    fill(bench, 1)
    client = bench.client()
    client.set_cookie("fayuan", bench.token("applicant", who="applicant"))
    assert client.post(f"{LIST}/read").status_code == 403
    assert client.post(f"{LIST}/read", data={"csrf_token": "csrf"}).status_code == 303
