"""The log of who looked at personal data: only added to, chained, read by auditors; reading it is noted."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from services.__main__ import verify_history
from services.identity.access.log import first_changed
from services.identity.access.queries import names_of
from services.identity.models import AccessEnd, AccessEntry
from services.workflow import app as workflow
from shared.contracts.access import DataAccessed
from shared.database import table_of
from shared.service import Runtime
from shared.web.access_log import LOG_EXPORTED, LOG_READ, OPENED, UNMASKED
from tests.rig import CASE, CENTRE, START, Bench, make_tables
from tests.services.identity.conftest import IDS, logged_in, post

PAGE = "/identity/access"


def looked(**changes: Any) -> DataAccessed:
    values: dict[str, Any] = {
        "case_id": CASE, "case_number": "示范援〔2026〕1号", "organisation": CENTRE,
        "person_id": IDS["reviewer"], "act": OPENED, "what": "intake.material", "record_id": UUID(int=7),
        "at": START, "note": {"text": ""}, **changes,
    }  # fmt: skip
    return DataAccessed(**values)


def keep(bench: Bench, *messages: DataAccessed) -> None:
    for message in messages:
        assert bench.deliver(message, job_key=None).ended == "ack"


def page(bench: Bench, query: str = "", at: str = "/demo-city/") -> str:
    """What an auditor sees below the form."""
    answer = bench.client("auditor", at=at, who="auditor").get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.text.partition("</form>")[2]


def changed_at(bench: Bench) -> int | None:
    with bench.runtime.reading() as session:
        return first_changed(session)


@pytest.mark.clause("S0-9.3.3")
def test_an_entry_says_who_saw_what_when_and_what_for_in_words(bench: Bench) -> None:
    note = {"text": "与当事人核对"}
    keep(bench, looked(act=UNMASKED, what="intake.parties", fields=["name", "phone"], purpose="contact",
                       note=note, behalf_of_id=IDS["clerk"]))  # fmt: skip
    text = page(bench)
    assert "2026年9月24日 10:00" in text
    with bench.runtime.reading() as session:
        names = names_of(session, [IDS["reviewer"], IDS["clerk"]])
    assert f"{names[IDS['reviewer']]}（代 {names[IDS['clerk']]}）" in text
    for words in ("查看完整信息", "当事人信息：姓名、电话", "示范援〔2026〕1号", "联系当事人。与当事人核对"):
        assert words in text


def test_the_same_look_is_kept_once(bench: Bench) -> None:
    bench.twice(looked())
    assert "共 1 条" in page(bench)


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(table_of(AccessEntry)).values(person_id=IDS["clerk"]),
        sa.update(table_of(AccessEntry)).values(hash="0" * 64),
        sa.delete(table_of(AccessEntry)),
    ],
    ids=["who", "hash", "all"],
)
def test_the_database_refuses_to_change_or_delete_an_entry(bench: Bench, statement: Any) -> None:
    keep(bench, looked())
    with pytest.raises(DatabaseError, match="only added to"), bench.work() as work:
        work.session.execute(statement)
    assert changed_at(bench) is None
    assert "共 1 条" in page(bench)


def test_whoever_gets_past_the_database_is_found_by_the_chain(bench: Bench) -> None:
    assert changed_at(bench) is None
    keep(bench, looked(), looked(), looked())
    assert changed_at(bench) is None
    with bench.work() as work:
        work.session.execute(sa.text("DROP TRIGGER access_entry_no_update"))
        work.session.execute(sa.text("DROP TRIGGER access_entry_no_delete"))
        second = AccessEntry.number == 2
        work.session.execute(sa.update(table_of(AccessEntry)).where(second).values(purpose="contact"))
    assert changed_at(bench) == 2
    with bench.work() as work:
        work.session.execute(sa.delete(table_of(AccessEntry)).where(AccessEntry.number >= 2))
    assert changed_at(bench) == 2  # cut off at the end
    with bench.work() as work:
        work.session.execute(sa.delete(table_of(AccessEntry)))
        work.session.execute(sa.delete(AccessEnd))
    assert changed_at(bench) is None  # all of it gone with its end: only a backup would tell


def test_filters_find_by_person_case_act_and_day(bench: Bench) -> None:
    keep(
        bench,
        looked(),
        looked(person_id=IDS["clerk"], case_number="示范援〔2026〕2号"),
        looked(person_id=IDS["dispatcher"], behalf_of_id=IDS["clerk"]),
        looked(act=UNMASKED, at=START + timedelta(days=1)),
    )
    for query, count in (
        ("", 4), (f"who={IDS['clerk']}", 2), ("case=示范援〔2026〕2号", 1), ("case=示范援", 0),
        ("act=unmasked", 1), ("who=nobody", 0),
        ("since=2026-09-25", 1), ("until=2026-09-24", 3), ("since=2026-09-24&until=2026-09-25", 4),
        ("since=2026-09-26", 0), ("act=nonsense", 4),
    ):  # fmt: skip
        text = page(bench, query)
        assert (f"共 {count} 条" if count else "没有符合条件的记录") in text, query


def test_days_are_those_of_the_country(bench: Bench) -> None:
    midnight = START.replace(hour=16, minute=0)  # the 25th begins in Beijing
    keep(bench, looked(at=midnight - timedelta(seconds=1)), looked(at=midnight))
    assert "共 1 条" in page(bench, "until=2026-09-24")
    assert "共 1 条" in page(bench, "since=2026-09-25")


def test_the_form_puts_no_login_name_into_the_address(bench: Bench) -> None:
    auditor = logged_in(bench, "auditor")
    sent = post(auditor, PAGE, person="clerk", since="2026-09-24", case="", order="newest")
    assert sent.status_code == 303
    query = f"who={IDS['clerk']}&since=2026-09-24&order=newest"
    assert sent.headers["Location"] == f"{PAGE}?{query}"
    assert 'value="clerk"' in auditor.get(sent.headers["Location"]).text


@pytest.mark.parametrize(
    ("form", "messages"),
    [
        ({"person": "nobody-at-all"}, ["没有使用这个登录名的人"]),
        ({"since": "yesterday", "person": "nobody-at-all"}, ["请填写日期", "没有使用这个登录名的人"]),
        ({"since": "2026-09-25", "until": "2026-09-24"}, ["截止日期不能早于起始日期"]),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field(
    bench: Bench, form: dict[str, str], messages: list[str]
) -> None:
    answer = post(logged_in(bench, "auditor"), PAGE, **form)
    assert answer.status_code == 422
    assert answer.text.count('class="govuk-error-message"') == len(messages)
    assert all(message in answer.text for message in messages)
    if "person" not in form:
        assert bench.client("auditor").get(f"{PAGE}?since=2026-09-25&until=2026-09-24").status_code == 422


def test_pages_and_order(bench: Bench) -> None:
    keep(bench, *(looked(case_number=f"第{n}号案") for n in range(1, 52)))
    first, second = page(bench), page(bench, "page=2")
    assert ("第51号案" in first, "第1号案" in first, "第1号案" in second) == (True, False, True)
    assert "page=2" in first
    oldest = page(bench, "order=oldest")
    assert oldest.index("第1号案") < oldest.index("第2号案")
    assert "order=oldest" in oldest  # the next page keeps the order


def test_an_auditor_sees_the_own_organisations_and_nobody_else_any(bench: Bench) -> None:
    keep(bench, looked(), looked(organisation="/other-city/centre/"))
    assert "共 1 条" in page(bench)
    assert "共 1 条" in page(bench, at=CENTRE)
    assert "没有符合条件的记录" in page(bench, at="/demo-city/firm-a/")
    for role in ("administrator", "clerk", "approver", "process_owner", "handler", "integration"):
        for path in (PAGE, "/identity/access.csv"):
            assert bench.client(role, at="/").get(path).status_code == 403, role


def test_reading_and_downloading_the_log_is_noted(bench: Bench) -> None:
    page(bench, f"who={IDS['clerk']}&since=2026-09-24")
    auditor = bench.client("auditor", at="/demo-city/", who="auditor")
    assert auditor.get("/identity/access.csv").status_code == 200
    read, exported = bench.emitted(DataAccessed)
    assert (read.act, read.record_id, read.fields) == (LOG_READ, IDS["clerk"], ["who", "since"])
    assert (exported.act, exported.organisation) == (LOG_EXPORTED, "/demo-city/")
    keep(bench, read)
    assert "查看本记录" in page(bench)


def test_the_table_for_spreadsheets_has_no_formulas(bench: Bench) -> None:
    keep(bench, looked(), looked(purpose="", note={"text": "=1+1"}))
    answer = bench.client("auditor", at="/demo-city/").get("/identity/access.csv?order=oldest")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert (rows[0][0], len(rows)) == ("时间", 3)
    assert rows[2][5] == "'=1+1"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_command_that_looks_at_the_history_looks_at_this_log_too(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tables(Runtime(workflow.SERVICE, bench.settings))
    keep(bench, looked(), looked())
    assert verify_history(bench.settings) == 0
    with bench.work() as work:
        work.session.execute(sa.update(AccessEnd).values(number=1))
    assert verify_history(bench.settings) == 1
    assert "the access log was changed: entry 3" in capsys.readouterr().out
