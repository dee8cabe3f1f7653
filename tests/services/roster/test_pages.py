"""The roster's pages: who sees whom, who may change what, and what a wrong form is told."""

from datetime import date
from uuid import UUID

import pytest

from shared.contracts.roster import MemberChanged
from tests.rig import Bench
from tests.services.roster.conftest import CITY, FIRM_A, FIRM_B, IDS, NEWCOMER, announced, form

LIST, NEW = "/roster/members", "/roster/members/new"
HANDLER = f"/roster/members/{IDS['handler']}"


def edit(**changes: str) -> dict[str, str]:
    return form(revision="1", entered_on="2020-01-01", licensed_on="2012-06-01", **changes)


def test_the_public_is_sent_to_the_login(bench: Bench) -> None:
    assert bench.client().get(LIST).headers["Location"] == "/identity/login?next=%2Froster%2Fmembers"


@pytest.mark.parametrize("role", ["applicant", "reviewer", "handler", "integration"])
def test_other_roles_do_not_enter(bench: Bench, role: str) -> None:
    assert bench.client(role, at=CITY).get(LIST).status_code == 403
    assert bench.client(role, at=CITY).post(NEW, data=form()).status_code == 403


@pytest.mark.clause("S0-9.1")
def test_the_list_names_the_handlers_with_their_dates(bench: Bench) -> None:
    page = bench.client("dispatcher", at=CITY).get(LIST).text
    for name in ("贾承办甲", "贾承办乙", "贾承办丙", "贾待考核"):
        assert name in page
    assert "2020年1月1日" in page
    assert "没有通过年度考核" in page
    assert "全部事项" in page


def test_firms_see_their_own_members_and_change_nothing(bench: Bench) -> None:
    manager = bench.client("firm_manager", at=FIRM_A)
    page = manager.get(LIST).text
    assert "贾承办甲" in page
    assert "贾承办乙" not in page
    assert "人员入库" not in page
    assert HANDLER not in page
    assert manager.get(HANDLER).status_code == 403
    assert manager.post(HANDLER, data=edit()).status_code == 403


def test_other_cities_see_nobody(bench: Bench) -> None:
    stranger = bench.client("dispatcher", at="/other-city/")
    assert "人员库里还没有人" in stranger.get(LIST).text
    assert stranger.get(HANDLER).status_code == 404
    assert stranger.post(HANDLER, data=edit()).status_code == 404
    assert "没有可以入库的人" in stranger.get(NEW).text
    refused = stranger.post(NEW, data=form())
    assert refused.status_code == 422
    assert bench.client("dispatcher", at=CITY).get(f"{LIST}/{UUID(int=1)}").status_code == 404


def test_a_handler_enters_the_roster(bench: Bench) -> None:
    dispatcher = bench.client("dispatcher", at=CITY)
    assert "贾新来（示范市虚构乙律师事务所）" in dispatcher.get(NEW).text
    given = {**form(), "matters": ["MAINTENANCE", "CRIMINAL_NOTICE"]}
    assert dispatcher.post(NEW, data=given).headers["Location"] == "/roster/members?done=added"
    told = bench.emitted(MemberChanged)[-1]
    assert (told.member_id, told.firm_path) == (NEWCOMER, FIRM_B)
    assert told.matters == ["MAINTENANCE", "CRIMINAL_NOTICE"]
    assert (told.licensed_on, told.sanctioned_on, told.active) == (date(2020, 5, 18), None, True)
    assert told.member == {"name": "贾新来", "firm_name": "示范市虚构乙律师事务所"}
    assert "没有可以入库的人" in dispatcher.get(NEW).text
    assert dispatcher.post(NEW, data=form()).status_code == 422


def test_only_active_handlers_can_enter(bench: Bench) -> None:
    bench.deliver(announced(active=False), job_key=None)
    assert "没有可以入库的人" in bench.client("dispatcher", at=CITY).get(NEW).text
    bench.deliver(announced(role="reviewer"), job_key=None)
    assert "没有可以入库的人" in bench.client("dispatcher", at=CITY).get(NEW).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("who", "", "请选择人员。"),
        ("who", f"{NEWCOMER}:{UUID(int=2)}", "请选择人员。"),
        ("kind", "wizard", "请选择人员类别。"),
        ("licensed_on", "", "请填写执业证取得日期。"),
        ("licensed_on", "18.5.2020", "执业证取得日期要写成年-月-日"),
        ("licensed_on", "2026-09-25", "日期不能晚于今天。"),
        ("review_passed", "", "请选择是否通过年度考核。"),
        ("review_passed", "maybe", "请选择是否通过年度考核。"),
        ("sanctioned_on", "2020-05-17", "处罚日期不能早于执业证取得日期。"),
        ("left_on", "2026-09-23", "离库日期不能早于入库日期。"),
        ("matters", "NO_SUCH_MATTER", "请从列表中选择事项。"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(bench: Bench, field: str, value: str, said: str) -> None:
    before = len(bench.emitted())
    answer = bench.client("administrator", at=CITY).post(NEW, data=form(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert len(bench.emitted()) == before


def test_the_form_shows_what_is_known(bench: Bench) -> None:
    page = bench.client("administrator", at=CITY).get(HANDLER).text
    assert 'value="2012-06-01"' in page
    assert "贾承办甲（示范市虚构甲律师事务所）" in page


def test_a_sanction_is_recorded_and_told(bench: Bench) -> None:
    dispatcher = bench.client("dispatcher", at=CITY)
    assert dispatcher.post(HANDLER, data=edit(sanctioned_on="2026-01-05")).status_code == 303
    assert bench.emitted(MemberChanged)[-1].sanctioned_on == date(2026, 1, 5)
    assert "近 2 年内受过处罚或者惩戒" in dispatcher.get(LIST).text


def test_who_leaves_is_out_and_may_come_back(bench: Bench) -> None:
    dispatcher = bench.client("dispatcher", at=CITY)
    dispatcher.post(HANDLER, data=edit(left_on="2026-09-24"))
    assert bench.emitted(MemberChanged)[-1].active is False
    assert "不在库" in dispatcher.get(LIST).text
    dispatcher.post(HANDLER, data={**edit(), "revision": "2"})
    assert bench.emitted(MemberChanged)[-1].active is True


def test_two_editors_do_not_overwrite_each_other(bench: Bench) -> None:
    dispatcher = bench.client("dispatcher", at=CITY)
    assert dispatcher.post(HANDLER, data=edit(kind="volunteer")).status_code == 303
    stale = dispatcher.post(HANDLER, data=edit(kind="social"))
    assert stale.status_code == 409
    assert "内容已被他人更新" in stale.text
    assert bench.emitted(MemberChanged)[-1].kind == "volunteer"


def test_a_wrong_change_keeps_what_was_typed(bench: Bench) -> None:
    answer = bench.client("dispatcher", at=CITY).post(HANDLER, data=edit(sanctioned_on="2011-01-01"))
    assert answer.status_code == 422
    assert 'value="2011-01-01"' in answer.text


@pytest.mark.clause("S0-10.1.1")
def test_names_are_not_readable_in_the_database(bench: Bench) -> None:
    bench.client("dispatcher", at=CITY).post(NEW, data=form())
    files = list(bench.settings.keys_dir.parent.glob("roster.db*"))
    stored = b"".join(f.read_bytes() for f in files)
    assert b"grassroots" in stored
    for name in ("贾承办甲", "贾新来", "13800000077"):
        assert name.encode() not in stored
