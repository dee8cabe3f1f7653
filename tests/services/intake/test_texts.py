"""The notice, the sample papers and the words for states."""

import io
import zipfile

import filetype
import pytest
from lxml import etree

from services.intake import papers, wording
from services.intake.notice import current_notice, notice
from shared.contracts.case_states import CASE_STATES
from shared.errors import NotFound
from shared.policy import load_policy
from tests.rig import ROOT

MATERIALS = load_policy(ROOT / "workflows" / "policies", "jiangsu").get("intake.materials")


@pytest.mark.clause("S0-7.3.1a")
def test_the_notice_tells_rights_duties_prohibited_acts_and_measures() -> None:
    shown = current_notice()
    assert [part["code"] for part in shown.parts] == ["rights", "duties", "prohibited", "measures"]
    assert all(part["items"] for part in shown.parts)
    assert notice(shown.version) == shown
    assert len(shown.sha256) == 64


@pytest.mark.parametrize("version", ["2020-01", "../rules", ""])
def test_only_versions_that_exist_are_notices(version: str) -> None:
    with pytest.raises(NotFound):
        notice(version)


@pytest.mark.clause("S0-7.4.2b")
@pytest.mark.parametrize("material", MATERIALS, ids=lambda m: m["code"])
def test_every_material_has_the_sample_paper_it_names(material: dict[str, str]) -> None:
    paper = papers.paper(material["code"])
    assert paper.title == material["template"]
    assert len(paper.lines) > 5


def test_a_sample_paper_is_a_real_word_file_and_always_the_same() -> None:
    content = papers.as_docx(papers.paper("MATTER"))
    assert content == papers.as_docx(papers.paper("MATTER"))
    assert filetype.guess_extension(content) in ("docx", "zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = etree.tostring(etree.fromstring(archive.read("word/document.xml")), encoding="unicode")
    assert "案情陈述书" in text
    assert "我的要求" in text


@pytest.mark.parametrize("code", ["NOTHING", "../rules", ""])
def test_only_papers_that_exist_are_given_out(code: str) -> None:
    with pytest.raises(NotFound):
        papers.paper(code)


@pytest.mark.parametrize("state", CASE_STATES)
def test_every_state_tells_what_happens_next(state: str) -> None:
    assert wording.next_step(state).endswith("。")
    assert wording.history_line("state", state) == f"案件状态：{CASE_STATES[state]}"


def test_history_lines_are_plain_words() -> None:
    assert wording.history_line("act", "resubmitted") == "您补交了材料"
    assert wording.history_line("stage", "review") == "进入“援助审查”阶段"
