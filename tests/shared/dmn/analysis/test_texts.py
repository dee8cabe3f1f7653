"""Faulty texts and unknown names, in every kind of box."""

import pytest

from shared.dmn.analysis import analyse
from shared.dmn.model import (
    Binding,
    BoxedList,
    BusinessKnowledgeModel,
    Conditional,
    Context,
    DecisionTable,
    Entry,
    Filter,
    FunctionDefinition,
    Import,
    InputClause,
    Invocation,
    ItemDefinition,
    Iteration,
    Literal,
    OutputClause,
    Relation,
    Rule,
    Variable,
)

BROKEN = Literal("1 +", id="broken")
BOXES = [
    BROKEN,
    Context((Entry("a", None, BROKEN),)),
    BoxedList((Literal("1"), BROKEN)),
    Relation((Variable("a"),), ((BROKEN,),)),
    Invocation(BROKEN, ()),
    Invocation(Literal("年龄"), (Binding("a", None, BROKEN),)),
    FunctionDefinition((Variable("x"),), BROKEN),
    Conditional(Literal("true"), BROKEN, None),
    Conditional(Literal("true"), None, BROKEN),
    Filter(Literal("[1]"), BROKEN),
    Iteration("for", "x", Literal("[1]"), BROKEN),
    Iteration("some", "x", BROKEN, Literal("true")),
]


@pytest.mark.parametrize("body", BOXES)
def test_every_box_is_read(model, body):
    (found,) = analyse(model(body, "年龄"))
    assert (found.severity, found.element_id, found.position) == ("error", "broken", 3)
    assert "表达式不完整" in found.message_zh


@pytest.mark.parametrize(
    ("text", "position", "hint"),
    [
        ("年龄 == 3", 4, "判断相等只写一个“=”"),
        ("年龄 > 3 && 年龄 < 5", 7, "“并且”写作 and"),
        ("年龄 > 3 || true", 7, "“或者”写作 or"),
        ("年龄 => 3", 4, "“大于等于”写作 >="),
        ("年龄 ≥ 3", 3, "“大于等于”写作 >="),
        ("年龄 <> 3", 4, "“不等于”写作 !="),
        ("年龄 ＞ 3", 3, "半角的“>”"),
        ("if 年龄 > 3 then 1", 16, "if 后面必须有 then 和 else"),
        ("'民事'", 0, "文字用英文双引号"),
        ('"民事', 0, "双引号"),
        ("(年龄 + 1", 7, "“)”少了 1 个"),
        ('@"2024-13-01"', 0, "不是日期"),
    ],
)
def test_faults_have_a_place_and_a_hint(model, text, position, hint):
    (found,) = analyse(model(Literal(text, id="box"), "年龄"))
    assert (found.severity, found.element_id, found.position) == ("error", "box", position)
    assert hint in found.message_zh


def test_faults_in_a_table_name_row_and_column(table, model):
    found = analyse(model(table("COLLECT", {"年龄": "number"}, [">> 3", "1 +"]), "年龄"))
    assert [(f.element_id, f.rule) for f in found] == [("rule1", 1), ("rule1", 1)]
    assert found[0].message_zh.startswith("第 1 行“年龄”：")
    assert found[1].message_zh.startswith("第 1 行“结果”：")


def test_clauses_and_types_are_read(model):
    clause = InputClause("年龄", "年龄 +", values="> ", id="in")
    output = OutputClause("结果", "结果", values="<", default="(", id="out")
    item = ItemDefinition("类", "string", allowed='"a', id="type")
    body = DecisionTable("COLLECT", "", (clause,), (output,), (Rule(("-",), ("1",)),), id="table")
    found = analyse(model(body, "年龄", item_definitions=(item,)))
    assert [f.element_id for f in found] == ["type", "in", "in", "out", "out"]


@pytest.mark.parametrize(
    ("text", "message_zh"),
    [
        ("年令 + 1", "没有叫“年令”的变量，是不是想写“年龄”？"),
        ("monthly_income > 1", "没有叫“monthly_income”的变量，是不是想写“monthly income”？"),
        ("sting length(年龄)", "没有叫“sting length”的函数，是不是想写“string length”？"),
        ("qqqq", "没有叫“qqqq”的变量"),
        ("for x in [1] return x + y9y9", "没有叫“y9y9”的变量"),
    ],
)
def test_unknown_names(model, text, message_zh):
    (found,) = analyse(model(Literal(text, id="box"), "年龄", "monthly income"))
    assert (found.severity, found.message_zh) == ("error", message_zh)
    assert found.position == (24 if "y9y9" in text else 0)


@pytest.mark.parametrize(
    "body",
    [
        Literal("for x in [1] return x + count(partial)"),
        Literal("some x in 年龄 satisfies x > 1"),
        Literal("(function(x) x + 1)(年龄)"),
        Literal("{a: 1, b: a + 年龄}.b"),
        Literal("年龄[amount > 3]"),
        Literal("is defined(nothing)"),
        Literal("年龄.whatever"),
        Literal("年龄 instance of tSomething"),
        Literal("ns.decision + 1"),
        Literal("print(x)", language="https://www.python.org"),
        Context(
            (Entry("a", None, Literal("1")), Entry("b", None, Literal("a")), Entry(None, None, Literal("b")))
        ),
        FunctionDefinition((Variable("x"),), Literal("x + 年龄")),
        FunctionDefinition((), Context((Entry("class", None, Literal("java.lang.Math")),)), "JAVA"),
        Iteration("for", "x", Literal("[1]"), Literal("[x, partial]")),
        Filter(Literal("年龄"), Literal("item.a > 1 and b")),
    ],
)
def test_known_names(model, body):
    assert analyse(model(body, "年龄", imports=(Import("https://example.org/n", "ns", "dmn"),))) == ()


def test_a_context_entry_sees_only_those_before_it(model):
    body = Context((Entry("a1", None, Literal("b2")), Entry("b2", None, Literal("1"))))
    assert [f.severity for f in analyse(model(body, "年龄"))] == ["error"]


def test_functions_of_the_model(model):
    function = FunctionDefinition((Variable("x"),), Literal("x + 双倍(1) + 年龄", id="body"))
    knowledge = BusinessKnowledgeModel("双倍", Variable("双倍"), (), function, id="bkm")
    (found,) = analyse(model(Literal("1"), "年龄", knowledge_models=(knowledge,)))
    assert (found.element_id, "没有连线" in found.message_zh) == ("body", True)


def test_what_is_not_required_but_drawn_is_told(model):
    other = BusinessKnowledgeModel("双倍", Variable("双倍"), (), None, id="bkm")
    (found,) = analyse(model(Literal("双倍(年龄)"), "年龄", knowledge_models=(other,)))
    assert found.message_zh == "没有叫“双倍”的函数；图里有它，但没有连线到这个决策"


def test_without_input_data_the_process_brings_the_variables(model):
    (found,) = analyse(model(Literal("season + 1", id="box")))
    assert (found.severity, found.element_id) == ("warning", "box")
    assert "请确认流程会带上这个变量" in found.message_zh
