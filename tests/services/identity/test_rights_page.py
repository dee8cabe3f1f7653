"""The page of who may do what: for the staff, of everybody or of one role."""

import re

import pytest

from tests.rig import Bench

PAGE = "/identity/rights"


def rows(text: str) -> dict[str, str]:
    """What can be done and by whom."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text)
    return dict(zip(cells[::2], cells[1::2], strict=True))


def test_it_says_who_may_do_what_to_which_records(bench: Bench) -> None:
    shown = rows(bench.client("auditor").get(PAGE).text)
    assert shown["登记通知辩护、通知代理"] == "办案机关联络人员：本办案机关的；受理人员：本机构及下级机构的"
    assert shown["查看自己的消息"] == "所有登录的人：本人的"


def test_one_role_is_shown_alone(bench: Bench) -> None:
    text = bench.client("clerk").get(f"{PAGE}?role=applicant").text
    shown = rows(text)
    assert shown["填写和提交申请"] == "本人的"
    assert shown["查看自己的消息"] == "本人的"
    assert "查找案件" not in shown
    assert "人员库</caption>" not in text
    assert "查找案件" in rows(bench.client("clerk").get(f"{PAGE}?role=nobody").text)


@pytest.mark.parametrize("role", ["applicant", "integration"])
def test_it_is_for_the_staff(bench: Bench, role: str) -> None:
    assert bench.client(role).get(PAGE).status_code == 403
    assert bench.client().get(PAGE).status_code == 302
