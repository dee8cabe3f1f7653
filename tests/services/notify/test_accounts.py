"""What people are told about their account: beside any case, in the mailbox and as a text message."""

import re
from datetime import timedelta

import pytest

from services.notify.delivering import phone_of
from services.notify.models import Delivery, Letter
from services.notify.texts import ACCOUNT_NOTICES, template_names
from shared.contracts.notify import TellPerson
from tests.rig import CENTRE, Bench, person
from tests.services.notify.conftest import rows, someone

CLERK = person("clerk")
ABOUT = {"person_id": str(CLERK)}
LOCKED = TellPerson(template="account_locked", recipients=[CLERK])


@pytest.fixture
def staffed(bench: Bench) -> Bench:
    for name, role, at in (("clerk", "clerk", CENTRE), ("admin", "administrator", "/demo-city/")):
        bench.deliver(someone(name, role, at=at))
    bench.deliver(someone("elsewhere", "administrator", at="/other-city/"))
    return bench


def letters(bench: Bench) -> list[Letter]:
    return list(rows(bench, Letter))


def test_the_owner_is_told_in_the_mailbox_and_by_text(staffed: Bench) -> None:
    staffed.twice(LOCKED)
    (letter,) = letters(staffed)
    assert (letter.recipient_id, letter.case_id) == (CLERK, None)
    sent = {delivery.channel: delivery for delivery in rows(staffed, Delivery)}
    assert {name: d.state for name, d in sent.items()} == {"in_app": "delivered", "sms": "waiting"}
    with staffed.runtime.reading() as session:
        assert phone_of(session, sent["sms"]) == "13800000001"
    (texting,) = staffed.runtime.service.clocks
    with staffed.work() as work:
        assert texting.act(work)
    staffed.clock.moment += timedelta(days=1)
    assert {d.channel: d.state for d in rows(staffed, Delivery)}["sms"] == "sent"


def test_the_message_is_read_like_any_other(staffed: Bench) -> None:
    staffed.deliver(LOCKED)
    client, (letter,) = staffed.client("clerk", who="clerk"), letters(staffed)
    page = client.get(f"/notify/messages/{letter.id}")
    assert page.status_code == 200
    assert "已暂停登录 15 分钟" in page.text
    assert "案号" not in page.text
    assert client.post(f"/notify/messages/{letter.id}/read").status_code == 303
    assert staffed.client("clerk", who="other").get(f"/notify/messages/{letter.id}").status_code == 404


def test_a_role_means_who_holds_it_there_or_above(staffed: Bench) -> None:
    staffed.deliver(
        TellPerson(template="account_locked_staff", roles=["administrator"], organisation=CENTRE, about=ABOUT)
    )
    (letter,) = letters(staffed)
    assert letter.recipient_id == person("admin")
    assert letter.link == f"/identity/people/{CLERK}"


def test_nobody_works_on_such_a_delivery(staffed: Bench) -> None:
    staffed.deliver(LOCKED)
    clerk = staffed.client("clerk", who="clerk")
    for delivery in rows(staffed, Delivery):
        assert clerk.get(f"/notify/deliveries/{delivery.id}").status_code == 404
    assert clerk.get("/notify/deliveries?channel=sms").status_code == 200


def test_somebody_not_announced_yet_is_waited_for(staffed: Bench) -> None:
    handed = staffed.deliver(TellPerson(template="account_locked", recipients=[person("new")]))
    assert handed.ended == "retry"
    assert letters(staffed) == []


@pytest.mark.parametrize("template", sorted(template_names(ACCOUNT_NOTICES)))
def test_every_text_reads_well(staffed: Bench, template: str) -> None:
    staffed.deliver(TellPerson(template=template, recipients=[CLERK], about=ABOUT))
    (letter,) = letters(staffed)
    whole = "\n".join((letter.title, letter.body, letter.short))
    assert not re.search(r"[{}%]|None|Undefined|_", whole)
    assert letter.body.startswith("贾clerk，您好：")
    assert "\n" not in letter.title + letter.short
    assert letter.short.startswith("【法援在线】")
    assert len(letter.short) <= 150
    assert letter.link
