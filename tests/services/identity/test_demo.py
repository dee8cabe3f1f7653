"""The trial's people: the same in both services, seeded once, never in production."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from services.demo import DemoRefused, accounts, demo_people, print_accounts, seed_demo
from services.identity.app import SERVICE as IDENTITY
from services.identity.rules import password_faults
from services.roster.app import SERVICE as ROSTER
from shared.contracts.identity import OrganisationChanged, PersonChanged
from shared.contracts.roster import MemberChanged
from shared.rights import ROLES
from shared.service import Service
from tests.rig import Bench
from tests.services.identity.conftest import try_login


@pytest.mark.parametrize(("service", "messages"), [(IDENTITY, 10 + 27), (ROSTER, 4)])
def test_seeding_again_says_nothing_new(tmp_path: Path, service: Service, messages: int) -> None:
    bench = Bench(service, tmp_path)
    for _ in range(2):
        seed_demo(bench.runtime)
        assert len(bench.emitted()) == messages


def test_both_services_mean_the_same_people_and_firms(tmp_path: Path) -> None:
    identity, roster = Bench(IDENTITY, tmp_path), Bench(ROSTER, tmp_path)
    seed_demo(identity.runtime)
    seed_demo(roster.runtime)
    people = {p.person_id: p for p in identity.emitted(PersonChanged)}
    places = {o.organisation_id: o for o in identity.emitted(OrganisationChanged)}
    members = roster.emitted(MemberChanged)
    assert len({m.firm_id for m in members}) == 3
    for member in members:
        assert people[member.member_id].person["name"] == member.member["name"]
        assert people[member.member_id].roles == [{"role": "handler", "organisation": member.firm_path}]
        assert places[member.firm_id].path == member.firm_path


def test_what_people_changed_meanwhile_stays(tmp_path: Path) -> None:
    identity, roster = Bench(IDENTITY, tmp_path), Bench(ROSTER, tmp_path)
    seed_demo(roster.runtime)
    seed_demo(identity.runtime)
    told = next(p for p in identity.emitted(PersonChanged) if p.person["name"] == "贾承办甲")
    roster.deliver(replace(told, person={"name": "贾改名", "phone": ""}), job_key=None)
    said = len(roster.emitted())
    seed_demo(roster.runtime)
    assert len(roster.emitted()) == said
    assert roster.emitted(MemberChanged)[-1].member["name"] == "贾改名"


def test_production_refuses(bench: Bench) -> None:
    object.__setattr__(bench.settings, "environment", "production")
    with pytest.raises(DemoRefused):
        seed_demo(bench.runtime)


def test_every_role_has_an_account_that_works(bench: Bench) -> None:
    assert {a.role for a in accounts()} == set(ROLES) - {"integration"}
    assert password_faults(accounts()[0].password, "applicant") == []
    for account in {a.role: a for a in accounts()}.values():
        assert try_login(bench, account.login, account.password).status_code == 303


def test_the_people_are_clearly_invented() -> None:
    demo = demo_people()
    assert all(p["name"].startswith("贾") for p in demo["people"])
    assert all(re.fullmatch(r"1380000\d{4}", p["phone"]) for p in demo["people"])


def test_whoever_starts_the_system_is_told_the_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    print_accounts("http://127.0.0.1:8123")
    told = capsys.readouterr().out
    assert "http://127.0.0.1:8123/identity/login" in told
    for account in accounts():
        assert re.search(rf"^  {account.login} +{account.role_zh}：", told, re.MULTILINE)
    assert accounts()[0].password in told
    assert "1380000" not in told
