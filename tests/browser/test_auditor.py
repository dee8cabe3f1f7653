"""A clerk looks at masked data and says what for; the auditor sees it, and that they looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from demo import answers
from demo.drive import Drive
from shared.clock import SHANGHAI
from shared.masking import mask_phone
from tests.browser.persons import Somebody
from tests.browser.test_case import open_case

pytestmark = pytest.mark.browser
PHONE_NUMBER = answers.APPLICATION["phone"]


@pytest.mark.clause("S0-9.3.3")
def test_who_unmasks_says_what_for_and_the_auditor_reads_it(
    drive: Drive, staff: Callable[[str], Somebody]
) -> None:
    drive.apply()
    clerk = staff("clerk")
    open_case(clerk, drive.number)
    clerk.reads(mask_phone(PHONE_NUMBER))
    clerk.press("查看完整信息")
    clerk.reads("请选择查看的用途")
    clerk.fill({"查看完整信息的用途": "其他（请在说明中写明）"})
    clerk.press("查看完整信息")
    clerk.reads("请写明用途")
    assert PHONE_NUMBER not in clerk.page.locator("main").inner_text()
    clerk.fill({"说明": "核对来信的地址"})
    clerk.press("查看完整信息")
    clerk.reads(PHONE_NUMBER)
    open_case(clerk, drive.number)
    assert PHONE_NUMBER not in clerk.page.locator("main").inner_text()

    auditor = staff("auditor")
    expect(auditor.page.get_by_role("heading", level=1, name="查看记录")).to_be_visible()
    auditor.fill({"案号": drive.number})
    auditor.press("查找")
    auditor.waits_for("核对来信的地址")
    expect(lines(auditor)).to_have_count(1)
    expect(lines(auditor)).to_contain_text("贾受理")
    expect(lines(auditor)).to_contain_text("其他。核对来信的地址")
    assert PHONE_NUMBER not in auditor.page.content()


def test_the_auditor_filters_sorts_downloads_and_is_noted(
    staff: Callable[[str], Somebody], tmp_path: Path
) -> None:
    auditor = staff("auditor")
    auditor.click("查看记录")
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    auditor.fill(
        {"登录名": "nobody-at-all", "起始日期": str(tomorrow), "截止日期": str(tomorrow - timedelta(days=1))}
    )
    auditor.press("查找")
    auditor.reads("没有使用这个登录名的人")
    auditor.reads("截止日期不能早于起始日期")
    auditor.fill({"登录名": "", "截止日期": ""})
    auditor.press("查找")
    auditor.reads("没有符合条件的记录")

    auditor.fill({"登录名": "auditor", "起始日期": "", "行为": "查看本记录", "排序": "最早的在前"})
    auditor.press("查找")
    auditor.waits_for("贾审计")
    times = lines(auditor).locator("td:last-child").all_inner_texts()
    assert [int(number) for number in times] == sorted(map(int, times))
    with auditor.page.expect_download() as download:
        auditor.page.get_by_role("link", name="下载表格（CSV）").click()
    download.value.save_as(tmp_path / "log.csv")
    first, *rows = (tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()
    assert first == "时间,谁,行为,看了什么,案号,用途,序号"
    assert rows
    assert all("贾审计,查看本记录" in row for row in rows)

    auditor.fill({"行为": "下载本记录", "排序": "最近的在前"})
    auditor.press("查找")
    auditor.waits_for("贾审计")


def lines(auditor: Somebody) -> Locator:
    """The entries that are shown."""
    return auditor.page.get_by_role("table").locator("tbody tr")
