"""What the roster hears about people and organisations, also twice."""

import sqlalchemy as sa

from services.roster.models import Organisation, Person
from shared.contracts.identity import OrganisationChanged
from shared.contracts.roster import MemberChanged
from tests.rig import Bench
from tests.services.roster.conftest import FIRM_A, FIRM_B, FIRMS, IDS, NEWCOMER, announced


def organisation(name: str, path: str = FIRM_A) -> OrganisationChanged:
    return OrganisationChanged(organisation_id=FIRMS[path], path=path, kind="firm", name=name)


def test_the_roster_tells_who_its_members_are(bench: Bench) -> None:
    told = {m.member_id: m for m in bench.emitted(MemberChanged)}
    one = told[IDS["handler3"]]
    assert (one.kind, one.firm_path, one.active) == ("grassroots", "/demo-city/firm-c/", True)
    assert one.member == {"name": "贾承办丙", "firm_name": "示范市虚构丙基层法律服务所"}
    assert told[IDS["handler4"]].review_passed is False


def test_a_person_is_kept_once_and_follows_changes(bench: Bench) -> None:
    bench.twice(announced("贾改名", at=FIRM_A))
    with bench.runtime.reading() as session:
        person = session.get_one(Person, NEWCOMER)
        assert (person.name, person.handler_at, person.active) == ("贾改名", [FIRM_A], True)


def test_who_is_no_member_makes_no_news(bench: Bench) -> None:
    said = len(bench.emitted())
    bench.deliver(announced("贾改名", active=False), job_key=None)
    assert len(bench.emitted()) == said


def test_a_closed_account_takes_its_member_out(bench: Bench) -> None:
    said = len(bench.emitted())
    closed = announced("贾承办甲", who=IDS["handler"], active=False, at=FIRM_A)
    bench.twice(closed)
    told = bench.emitted(MemberChanged)[said:]
    assert [(m.member_id, m.active) for m in told] == [(IDS["handler"], False)]
    bench.deliver(announced("贾承办甲", who=IDS["handler"], at=FIRM_A), job_key=None)
    assert bench.emitted(MemberChanged)[-1].active is True


def test_the_same_news_about_a_member_is_no_news(bench: Bench) -> None:
    said = len(bench.emitted())
    bench.deliver(announced("贾承办甲", who=IDS["handler"], at=FIRM_A), job_key=None)
    assert len(bench.emitted()) == said


def test_a_renamed_firm_renames_its_members_firm(bench: Bench) -> None:
    said = len(bench.emitted())
    bench.twice(organisation("示范市新名律师事务所"))
    told = bench.emitted(MemberChanged)[said:]
    assert {m.member_id for m in told} == {IDS["handler"], IDS["handler4"]}
    assert len(told) == 2
    assert {m.member["firm_name"] for m in told} == {"示范市新名律师事务所"}


def test_the_same_news_about_a_firm_is_no_news(bench: Bench) -> None:
    said = len(bench.emitted())
    bench.deliver(organisation("示范市虚构乙律师事务所", FIRM_B), job_key=None)
    assert len(bench.emitted()) == said
    with bench.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 10
