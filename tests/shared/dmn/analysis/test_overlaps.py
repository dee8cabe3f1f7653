"""Overlaps, and rows that never get their turn."""

from dataclasses import replace

import pytest

from shared.dmn.analysis import analyse
from shared.dmn.model import Decision, InputClause, ItemDefinition, Literal, OutputClause, Variable

AGE = {"年龄": "number"}


def about(findings):
    return [(f.severity, f.rule, f.example) for f in findings if f.rule is not None]


@pytest.mark.parametrize(
    ("first", "second", "example"),
    [
        ("<= 60", ">= 60", "60"),
        ("< 60", "> 50", "51"),
        ("[1..3]", "[2..5)", "2"),
        ("1, 2, 3", "not(1, 2)", "3"),
        ("-", "7", "7"),
        ("< 60", ">= 60", None),
        ("(1..2)", "[2..3]", None),
        ("1", "2", None),
    ],
)
def test_unique_allows_no_overlap(judge, first, second, example):
    expected = [("error", 2, {"年龄": example})] if example else []
    assert about(judge("UNIQUE", AGE, [first, '"x"'], [second, '"x"'])) == expected


def test_the_overlap_is_told_in_words(judge):
    columns = {"年龄": "number", "类别": "string", "急": "boolean"}
    rows = ["< 60", '"民事", "刑事"', "-", '"x"'], [">= 50", '"刑事", "行政"', "-", '"y"']
    found = [f for f in judge("UNIQUE", columns, *rows) if f.rule]
    assert [f.element_id for f in found] == ["rule2"]
    assert found[0].message_zh == (
        '第 1 行和第 2 行同时命中，而命中策略 UNIQUE 只允许一行：“年龄”为 [50..60)，“类别”为 "刑事"'
    )
    assert found[0].example == {"年龄": "50", "类别": '"刑事"', "急": "true"}


def test_any_wants_the_same_outputs(judge):
    assert about(judge("ANY", AGE, ["<= 60", '"x"'], [">= 60", ' "x" '])) == []
    assert about(judge("ANY", AGE, ["<= 60", "1.0"], [">= 60", "1"])) == []
    assert about(judge("ANY", AGE, ["<= 60", '"x"'], [">= 60", '"y"'])) == [("error", 2, {"年龄": "60"})]
    unsure = judge("ANY", AGE, ["<= 60", "年龄 + 1"], [">= 60", "61"])
    assert about(unsure) == [("warning", 2, {"年龄": "60"})]


def test_columns_that_hang_together_only_warn(judge):
    rows = ["< 60", "< 1000", '"x"'], ["< 70", "< 2000", '"y"']
    free = judge("UNIQUE", {"人.年龄": "number", "人.收入": "number"}, *rows)
    bound = judge("UNIQUE", {"年龄": "number", "年龄 * 12": "number"}, *rows)
    assert [f.severity for f in free if f.rule] == ["error"]
    assert [f.severity for f in bound if f.rule] == ["warning"]
    assert "可能同时命中" in next(f for f in bound if f.rule).message_zh
    only_one = judge(
        "UNIQUE", {"年龄": "number", "年龄 * 12": "number"}, ["1", "-", '"x"'], ["1", "-", '"y"']
    )
    assert [f.severity for f in only_one if f.rule] == ["error"]


def test_columns_hang_together_through_a_required_decision(table, model):
    before = Decision("老人", Variable("老人"), ("#in_年龄",), (), Literal("年龄 >= 60"), id="old")
    body = table(
        "UNIQUE", {"老人": "boolean", "年龄": "number"}, ["true", "< 60", "1"], ["true", "< 50", "2"]
    )
    whole = model(body, "年龄", decisions=(before,))
    last = whole.decisions[-1]
    linked = replace(last, information=(*last.information, "#old"))
    found = analyse(replace(whole, decisions=(before, linked)))
    assert [f.severity for f in found if f.rule] == ["warning"]


def test_the_same_column_twice_is_one(table, model):
    body = table(
        "UNIQUE", {"年龄": "number"}, ["< 60", ">= 18", '"x"'], [">= 60", "-", '"y"'], ["-", "< 18", "1"]
    )
    inputs = (*body.inputs, InputClause("岁数", "年龄", "number"))
    rules = tuple(
        replace(rule, inputs=rule.inputs + rule.outputs[:1], outputs=rule.outputs[1:]) for rule in body.rules
    )
    twice = replace(body, inputs=inputs, rules=rules)
    assert analyse(model(twice, "年龄")) == ()


def test_first_masks_later_rows(judge):
    rows = ["< 60", '"x"'], ["> 70", '"y"'], ["[0..10]", '"z"'], ["-", '"w"'], ["65", '"v"']
    found = judge("FIRST", AGE, *rows)
    assert about(found) == [("warning", 3, {"年龄": "0"}), ("warning", 5, {"年龄": "65"})]
    assert found[0].message_zh.endswith("都先被第 1 行命中")
    assert found[1].message_zh.endswith("都先被第 4 行命中")


def test_rows_together_may_mask_another(judge):
    (found,) = judge("FIRST", AGE, ["< 60", '"x"'], [">= 50", '"y"'], ["[40..70]", '"z"'])
    assert (found.rule, found.message_zh[-9:]) == (3, "第 1、2 行命中")


def test_a_row_that_is_not_judged_masks_nothing_but_may_be_masked(judge):
    rows = ['starts with(string(?), "6")', '"x"'], ["-", '"y"'], ["string length(string(?)) > 1", '"z"']
    assert [f.rule for f in judge("FIRST", AGE, *rows) if f.example] == [3]


def test_priority_masks_by_output_values(judge):
    outputs = [OutputClause("结果", "结果", "string", values='"高", "低"')]
    rows = ["> 10", '"低"'], ["-", '"高"']
    assert [f.rule for f in judge("PRIORITY", AGE, *rows, outputs=outputs)] == [1]
    assert judge("PRIORITY", AGE, ["> 10", '"高"'], ["-", '"低"'], outputs=outputs) == ()
    assert judge("PRIORITY", AGE, ["> 10", "结果"], ["-", '"高"'], outputs=outputs)[0].position == 0


@pytest.mark.parametrize("cell", ["? > 5 and ? < 3", "[5..1]", '"五"', "not(< 3, >= 3)"])
@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
def test_rows_that_match_nothing(judge, policy, cell):
    found = judge(policy, AGE, [cell, '"x"'], ["-", '"y"'])
    assert about(found) == [("warning", 1, None)]
    assert "第 1 行永远不会命中" in found[0].message_zh


def test_rows_outside_the_allowed_values_of_the_type(table, model):
    grade = ItemDefinition("等级类", "string", allowed='"甲", "乙"')
    person = ItemDefinition("人类", components=(ItemDefinition("等级", "等级类"),))
    body = table("UNIQUE", {"人.等级": None}, ['"甲"', "1"], ['"乙"', "2"], ['"丙"', "3"])
    found = analyse(model(body, "人", types={"人": "人类"}, item_definitions=(grade, person)))
    assert about(found) == [("warning", 3, None)]


def test_long_lists_of_findings_are_cut(judge):
    found = judge("UNIQUE", AGE, *(["-", f'"{number}"'] for number in range(10)))
    assert len(found) == 21
    assert found[-1].message_zh.endswith("（同类问题另有 24 处）")
