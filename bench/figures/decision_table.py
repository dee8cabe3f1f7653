"""A decision table of 20 rules with four inputs, hit policy UNIQUE: each evaluation looks at all rules."""

from datetime import UTC, datetime
from itertools import cycle, product
from pathlib import Path
from xml.sax.saxutils import escape

from bench.measuring import Figure, microseconds
from shared.dmn import Decisions, compile_model, read_model
from shared.feel import Environment

MATTERS = [('"工伤", "职业病"', "工伤"), ('"欠薪"', "欠薪"), ('"赡养", "抚养", "扶养"', "抚养"), ('"交通事故"', "交通事故")]
INCOMES = [("< 1000", 500), ("[1000..2000)", 1500), ("[2000..3000)", 2000), ("[3000..5000)", 4999), (">= 5000", 5000)]
AGES = "[18..120]"
LOCAL = "true"


def model() -> bytes:
    """The table as DMN: matter, income, age, local -> level."""
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("事项", "string"), ("收入", "number"), ("年龄", "number"), ("本地", "boolean"))
    )
    rules = "".join(
        _rule((matter, income, AGES, LOCAL), f'"第{number}档"')
        for number, ((matter, _), (income, _)) in enumerate(product(MATTERS, INCOMES), start=1)
    )
    names = "".join(f'<inputData name="{name}"><variable name="{name}"/></inputData>' for name in [])
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="bench" namespace="urn:bench">
    {names}<decision id="level" name="level"><variable name="level" typeRef="string"/>
    <decisionTable hitPolicy="UNIQUE">{inputs}<output typeRef="string"/>{rules}</decisionTable>
    </decision></definitions>""".encode()
