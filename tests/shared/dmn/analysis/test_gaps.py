"""Gaps: inputs that no row of a decision table takes."""

from pathlib import Path

import pytest

from shared.dmn.model import OutputClause
from shared.feel import Environment
from shared.policy import load_policy

AGE = {"年龄": "number"}
POLICIES = Path(__file__).parents[4] / "workflows" / "policies"


def told(findings):
    return [(f.severity, f.rule, f.message_zh.partition("：")[2], dict(f.example or {})) for f in findings]


@pytest.mark.parametrize(
    ("cells", "gap", "example"),
    [
        (("< 60", "> 60"), "60", "60"),
        (("< 60", "[60..70)", "> 70"), "70", "70"),
        (("< 60", "[70..80]"), "[60..70), > 80", "60"),
        (("(0..1)", "<= 0"), ">= 1", "1"),
        (("[0.1..0.2]",), "< 0.1, > 0.2", "-0.9"),
        (("<= 18", ">= 19"), "(18..19)", "18.1"),
        (("not(5, 7)",), "5, 7", "5"),
        (("? >= 18 and ? < 60", "? between 60 and 70"), "< 18, > 70", "17"),
    ],
)
def test_numbers(judge, cells, gap, example):
    (finding,) = judge("FIRST", AGE, *([cell, '"x"'] for cell in cells))
    assert told([finding]) == [("warning", None, f"“年龄”为 {gap}", {"年龄": example})]
    assert finding.element_id == "table"


@pytest.mark.parametrize(
    ("type_ref", "cells"),
    [
        ("number", ("< 60", ">= 60")),
        ("number", ("not(5)", "5")),
        ("number", ("-",)),
        ("number", ("",)),
        ("date", ('<= date("2024-01-31")', '>= @"2024-02-01"')),
        ("boolean", ("true", "false")),
        ("string", ('"a"', 'not("a")')),
        ("years and months duration", ('<= @"P11M"', '>= @"P1Y"')),
        (None, ("<= 3 * 2", "> 6")),
    ],
)
def test_complete_columns(judge, type_ref, cells):
    assert judge("FIRST", {"值": type_ref}, *([cell, '"x"'] for cell in cells)) == ()


@pytest.mark.parametrize(
    ("type_ref", "cells", "gap", "example"),
    [
        ("date", ('< @"2024-01-31"', '> @"2024-01-31"'), '@"2024-01-31"', '@"2024-01-31"'),
        ("date", ('<= @"2024-01-30"', '>= @"2024-02-01"'), '(@"2024-01-30"..@"2024-02-01")', '@"2024-01-31"'),
        ("dateTime", ('<= @"2024-01-30T10:00:00"',), '> @"2024-01-30T10:00:00"', '@"2024-01-31T10:00:00"'),
        ("time", ('>= @"00:30:00"',), '< @"00:30:00"', '@"00:29:00"'),
        ("days and time duration", ('> @"P3D"',), '<= @"P3D"', '@"P3D"'),
        ("boolean", ("true",), "false", "false"),
        ("string", ('"a"', '"b"'), 'not("a", "b")', '"其他"'),
        ("string", ('not("a", "其他")',), '"a", "其他"', '"a"'),
        ("boolean", ("true", "null"), "false", "false"),
        ("string", ('"a"', "null"), 'not("a", null)', '"其他"'),
        ("number", ("> 3", "<= 3", "not(null)"), None, None),
    ],
)
def test_other_types(judge, type_ref, cells, gap, example):
    findings = judge("FIRST", {"值": type_ref}, *([cell, '"x"'] for cell in cells))
    gaps = [f for f in findings if f.rule is None]
    assert [f.example["值"] for f in gaps] == ([example] if gap and gap != "null" else ["null"])
    assert [f.message_zh.partition("为 ")[2] for f in gaps] == [gap or "null"]


def test_gaps_are_merged_over_columns(judge):
    findings = judge(
        "UNIQUE", {"年龄": "number", "类别": "string"}, ["< 60", '"民事"', '"x"'], [">= 60", '"民事"', '"y"']
    )
    assert told(findings) == [("warning", None, '“类别”为 not("民事")', {"年龄": "60", "类别": '"其他"'})]


def test_allowed_values_bound_the_gaps(judge):
    assert judge("UNIQUE", {"等级": "string"}, ['"a"', '"x"'], ['"b"', '"y"'], values='"a", "b"') == ()
    (gap,) = judge("UNIQUE", {"分数": "number"}, [">= 60", '"x"'], values="[0..100]")
    assert gap.example == {"分数": "0"}
    assert "[0..60)" in gap.message_zh


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_many_hits_may_be_none(judge, policy):
    assert judge(policy, AGE, ["< 60", '"x"'], ["< 70", '"y"']) == ()


def test_a_default_fills_the_gaps(judge):
    outputs = [OutputClause("结果", "结果", "string", default='"无"')]
    assert judge("UNIQUE", AGE, ["< 60", '"x"'], outputs=outputs) == ()


def test_a_table_without_rows_or_columns(judge):
    assert told(judge("UNIQUE", AGE)) == [("warning", None, "任何输入", {"年龄": "0"})]
    assert judge("UNIQUE", {}, ['"x"']) == ()


def test_cells_that_cannot_be_judged_are_named_and_taken_as_covering(judge):
    findings = judge(
        "UNIQUE", {"年龄": "number", "姓名": "string"},
        ["< 60", "-", '"x"'], ['>= 60', 'starts with(?, "王")', '"y"'],
    )  # fmt: skip
    assert [(f.severity, f.rule) for f in findings] == [("warning", 2)]
    assert "“姓名”列第 2 行用了函数或变量，无法提前判断" in findings[0].message_zh


def test_policy_settings_count_as_fixed_where_there_is_a_policy(judge, environment):
    rows = (['>= policy("correction.working_days")', '"x"'], ['< policy("correction.working_days")', '"y"'])
    with_policy = Environment(now=environment.now, policy=load_policy(POLICIES, "jiangsu"))
    assert [f.rule for f in judge("UNIQUE", AGE, *rows)] == [None]
    assert judge("UNIQUE", AGE, *rows, environment=with_policy) == ()
    (gap,) = judge("UNIQUE", AGE, rows[0], environment=with_policy)
    assert gap.example is not None
    assert with_policy.warnings == []


def test_very_large_tables_say_so(judge):
    rows = [[f"[{n}..{n + 0.5}]"] * 4 + ['"x"'] for n in range(60)]
    findings = judge("UNIQUE", dict.fromkeys("abcd", "number"), *rows)
    assert ["没有全部检查" in f.message_zh for f in findings] == [True]
    many = [[f"{n}", '"x"'] for n in range(800)]
    assert "没有全部检查" in judge("UNIQUE", AGE, *many)[0].message_zh
