"""A deployed decision is readable as a page, for process owners, without a script."""

import pytest

from services.workflow.models import DecisionDefinition
from services.workflow.pages.words import decision_in_words
from tests.services.workflow.decisions.drawing import (
    AGE,
    AGES,
    NAMESPACE,
    decision,
    given,
    graph,
    literal,
    table,
)
from tests.services.workflow.decisions.test_deciding import CALLS_FREE
from tests.services.workflow.pages.conftest import Browser, registered, words

BOXES = (
    "<context><contextEntry><variable name='n'/><literalExpression><text>1</text></literalExpression>"
    "</contextEntry><contextEntry><list><literalExpression><text>n + 2</text></literalExpression></list>"
    "</contextEntry></context>"
)
CHOICE = (
    "<conditional><if><literalExpression><text>true</text></literalExpression></if>"
    "<then><relation><column name='k'/><row><literalExpression><text>7</text></literalExpression></row>"
    "</relation></then><else><literalExpression><text>8</text></literalExpression></else></conditional>"
)


@pytest.fixture
def owner(house):
    """The process owner's browser."""
    return Browser(house, "process_owner")


def page_of(owner, house, number=-1):
    return owner.get(f"/workflow/decisions/{house.rows(DecisionDefinition)[number].key}")


def test_the_newest_decisions_stand_among_the_models(house, owner):
    house.deploy(AGES)
    house.deploy(AGES.replace(b"70", b"65"))
    page = owner.get("/workflow/models")
    [link] = page.xpath("//a[starts-with(@href, '/workflow/decisions/')]")
    assert link.text == "是否免予核查"
    assert link.get("href").endswith(str(house.rows(DecisionDefinition)[1].key))


def test_a_table_is_shown_row_by_row_with_its_clauses(house, owner):
    house.deploy(AGES)
    page = page_of(owner, house)
    assert owner.status == 200
    assert page.xpath("//script[not(@src)]") == []
    rows = [[words(cell) for cell in row] for row in page.xpath("//table/tbody/tr")]
    assert rows == [["1", ">= 70", '"yes"', "年满七十周岁（S0-4.2a）"], ["2", "< 70", '"no"', "不满七十周岁"]]
    heads = [words(head) for head in page.xpath("//table/thead/tr[2]/th")]
    assert heads == ["行", "条件：Inputage", "结果：Outputresult", "条款"]
    assert "最多一行符合" in words(page)


def test_other_boxes_are_shown_as_named_parts(house, owner):
    house.deploy(graph(decision("a", BOXES), decision("b", CHOICE)))
    assert "n1" in words(page_of(owner, house, 0).xpath("//table")[0])
    text = words(page_of(owner, house, 1))
    assert all(part in text for part in ("如果true", "k 7", "否则8"))


def test_what_a_decision_needs_is_linked(house, owner):
    house.deploy(graph(given("age"), AGE, decision("advice", literal("是否免予核查"), "#free", "#in_age")))
    free, _ = house.rows(DecisionDefinition)
    page = page_of(owner, house)
    [link] = page.xpath("//li/a[starts-with(@href, '/workflow/decisions/')]")
    assert link.get("href") == f"/workflow/decisions/{free.key}"
    assert "age" in [words(item) for item in page.xpath("//li")]


def test_a_gap_is_shown_to_the_author(house, owner):
    house.deploy(AGES, graph(given("n"), decision("d", table("n", '> 1 | "a"'), "#in_n"), id="gap"))
    first, second = house.rows(DecisionDefinition)
    gap = first if first.decision_id == "d" else second
    assert "“Input”为 <= 1" in words(owner.get(f"/workflow/decisions/{gap.key}"))
    other = first if gap is second else second
    assert "核对" not in words(owner.get(f"/workflow/decisions/{other.key}"))


def test_an_older_version_says_so_and_leads_to_the_newest(house, owner):
    house.deploy(AGES)
    house.deploy(AGES.replace(b"70", b"65"))
    assert "以前的版本" in words(page_of(owner, house, 0))
    assert "以前的版本" not in words(page_of(owner, house, 1))


def test_the_file_can_be_downloaded(house, owner):
    house.deploy(AGES)
    owner.get(f"/workflow/decisions/{house.rows(DecisionDefinition)[0].key}/xml")
    assert NAMESPACE in owner.text
    assert "graph-v1.dmn" in owner.headers["Content-Disposition"]


def test_only_process_owners_and_administrators_see_them(house):
    house.deploy(AGES)
    key = house.rows(DecisionDefinition)[0].key
    for role, status in (("administrator", 200), ("reviewer", 403)):
        browser = Browser(house, role)
        browser.get(f"/workflow/decisions/{key}")
        assert browser.status == status
    missing = Browser(house, "process_owner")
    for wrong in (1, 2**63):
        missing.get(f"/workflow/decisions/{wrong}")
        assert missing.status == 404


def test_the_case_history_tells_which_row_decided(house):
    house.deploy(AGES, CALLS_FREE)
    house.deliver(registered(), job_key=None)
    house.start(age=71)
    browser = Browser(house, "reviewer")
    page = browser.get(f"/workflow/cases/{registered().case_id}/panel")
    assert "按决策表“是否免予核查”第 1 行：年满七十周岁（S0-4.2a）" in words(page)
    applicant = Browser(house, "applicant", who="applicant")
    assert "决策表" not in words(applicant.get(f"/workflow/cases/{registered().case_id}/panel"))


def test_other_outcomes_in_words():
    told = {"name": "建议", "version": 2, "failure": None, "decisions": [{"name": "建议", "rules": []}]}
    assert decision_in_words(told) == "按决策“建议”（第 2 版）得出结果"
    assert decision_in_words({**told, "failure": "…"}) == "决策“建议”没有得出结果"
    rows = [{"row": 2, "says": ""}, {"row": 5, "says": "低保"}]
    both = {**told, "decisions": [{"name": "表", "rules": rows}]}
    assert decision_in_words(both) == "按决策表“表”第 2、5 行：低保"
