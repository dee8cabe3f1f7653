"""Who may see a quality assessment, and when."""

from pathlib import Path

import pytest

from shared.contracts.evaluation import CaseAssessed
from tests.rig import CASE, Bench
from tests.services.evaluation.conftest import FIRM, draw, score_sheet
from tests.services.evaluation.test_assessing import adopt, assess

PAGE = f"/evaluation/cases/{CASE}/assessment"
API = f"/evaluation/api/cases/{CASE}/assessment"
PANEL = f"/evaluation/cases/{CASE}/panel"


@pytest.fixture
def assessed(bench: Bench) -> Bench:
    bench.deliver(draw())
    assess(bench, score_sheet(HEARING=28.5))
    return bench


def test_handler_firm_and_centre_read_the_sheet(assessed: Bench) -> None:
    readers = (
        assessed.client("handler", at=FIRM, who="handler"),
        assessed.client("firm_manager", at=FIRM, who="manager"),
        assessed.client("assessor", who="assessor"),
    )
    for reader in readers:
        page = reader.get(PAGE).text
        assert all(words in page for words in ("98.5 分", "优秀", "28.5", "办案认真", "以此为准"))
        assert "98.5 分" in reader.get(PANEL).text
    told = readers[0].get(API).get_json()
    assert (told["drawn"], told["sheets"][0]["score"], told["sheets"][0]["grade"]) == (
        True,
        "98.5",
        "excellent",
    )


def test_the_recipient_and_strangers_do_not(assessed: Bench) -> None:
    for url in (PAGE, API):
        assert assessed.client("applicant", who="applicant").get(url).status_code == 403
        assert assessed.client("handler", at=FIRM, who="colleague").get(url).status_code == 404
        assert assessed.client("firm_manager", at="/demo-city/firm-b/").get(url).status_code == 404
    assert assessed.client().get(API).status_code == 401
    assert "质量评估" not in assessed.client("applicant", who="applicant").get(PANEL).text


def test_the_handler_waits_for_the_final_grade(bench: Bench) -> None:
    handler, expert = (
        bench.client("handler", at=FIRM, who="handler"),
        bench.client("expert", at="/demo-city/"),
    )
    assert expert.get(PAGE).status_code == 404
    bench.deliver(draw())
    assert "还没有打分" in expert.get(PAGE).text
    assess(bench, score_sheet(HEARING=0, EVIDENCE=0))
    assert handler.get(API).status_code == 404
    assert "45 分" in expert.get(PAGE).text
    assess(bench, score_sheet("recheck", by="expert", HEARING=0))
    page = handler.get(PAGE).text
    assert "70 分" in page
    assert "专家复核的结果代替评估人员的结果" in page
    assert bench.emitted(CaseAssessed)[0].rechecked


def test_a_case_that_is_not_drawn_says_why(bench: Bench, tmp_path: Path) -> None:
    adopt(bench, tmp_path, "assess_percent: 0")
    bench.deliver(draw())
    page = bench.client("assessor").get(PAGE).text
    assert "没有抽中" in page
    assert "不评估" in bench.client("closing_reviewer").get(PANEL).text
