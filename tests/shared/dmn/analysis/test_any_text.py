"""Whatever is written into the boxes: the analysis answers, quickly, and never raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.dmn.analysis import Finding, analyse
from shared.dmn.model import Filter, Literal

PIECES = [
    *[
        "-",
        "not(",
        ")",
        "(",
        "[",
        "]",
        "..",
        ", ",
        "< ",
        ">= ",
        "!= ",
        "=",
        " and ",
        " or ",
        " in ",
        "?",
        ".",
        "{a: ",
    ],
    *[
        "1",
        "0",
        "1e6000",
        "-1",
        '"a"',
        "null",
        "true",
        '@"2024-02-29"',
        '@"PT1S"',
        '@"10:00:00Z"',
        '@"P1M"',
        "}",
    ],
    *[
        "date(",
        "policy(",
        "now()",
        "x",
        "年龄",
        "a.b",
        "function(x) ",
        "for x in ",
        " return ",
        "//",
        "'",
        "＞",
        "\\",
    ],
    *[
        '@"9999-12-31"',
        '@"0001-01-01T00:00:00"',
        '@"2024-01-01T00:00:00@Asia/Shanghai"',
        " between ",
        "/ 0",
        "**",
    ],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
TYPES = st.sampled_from(
    [None, "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "tOther"]
)
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "OUTPUT ORDER", "OTHER"])


@settings(max_examples=150, deadline=5_000)
@given(POLICIES, TYPES, st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.none() | TEXTS)
def test_tables(judge, policy, type_ref, rows, values):
    found = judge(policy, {"年龄": type_ref}, *rows, values=values)
    assert all(isinstance(one, Finding) and one.message and one.message_zh for one in found)


@settings(max_examples=100, deadline=5_000)
@given(TEXTS, TEXTS)
def test_boxes(model, source, match):
    found = analyse(model(Filter(Literal(source), Literal(match)), "年龄"))
    assert all(one.severity in {"error", "warning"} for one in found)
