"""A decision table of 20 rules with four inputs, hit policy UNIQUE: each evaluation looks at all rules."""

from datetime import UTC, datetime
from itertools import cycle, product
from xml.sax.saxutils import escape

from bench.measuring import Figure, microseconds
from shared.dmn import compile_model, read_model
from shared.feel import Environment

_NAMES = {"事项": "string", "收入": "number", "年龄": "number", "本地": "boolean"}
_MATTERS = {
    '"工伤", "职业病"': "职业病",
    '"欠薪"': "欠薪",
    '"赡养", "抚养", "扶养"': "抚养",
    'not("工伤", "职业病", "欠薪", "赡养", "抚养", "扶养")': "交通事故",
}
_INCOMES = {"< 1000": 999, "[1000..2000)": 1000, "[2000..3000)": 2500, "[3000..5000)": 4999, ">= 5000": 5000}


def model() -> bytes:
    """The table as DMN."""
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>' for name in _NAMES
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in _NAMES
    )
    inputs = "".join(
        f'<input><inputExpression typeRef="{its_type}"><text>{name}</text></inputExpression></input>'
        for name, its_type in _NAMES.items()
    )
    rules = "".join(
        _rule((matter, income, "[18..120]", "true"), f'"第{number}档"')
        for number, (matter, income) in enumerate(product(_MATTERS, _INCOMES), start=1)
    )
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="b" namespace="urn:b">
    {data}<decision id="level" name="level"><variable name="level" typeRef="string"/>{needs}
    <decisionTable hitPolicy="UNIQUE">{inputs}<output typeRef="string"/>{rules}</decisionTable></decision>
    </definitions>""".encode()


def _rule(cells: tuple[str, ...], output: str) -> str:
    entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
    return f"<rule>{entries}<outputEntry><text>{escape(output)}</text></outputEntry></rule>"


def _measure() -> float:
    decisions = compile_model(read_model(model()))
    environment = Environment(now=lambda: datetime(2024, 9, 30, tzinfo=UTC))
    cases = [
        dict(zip(_NAMES, (matter, income, 30, True), strict=True))
        for matter, income in product(_MATTERS.values(), _INCOMES.values())
    ]
    levels = [decisions.evaluate("level", case, environment).value for case in cases]
    assert levels == [f"第{number}档" for number in range(1, 21)]
    turn = cycle(cases)
    return microseconds(lambda: decisions.evaluate("level", next(turn), environment))


FIGURE = Figure(
    "decision-table",
    "evaluate a compiled decision table of 20 rules with four inputs and hit policy UNIQUE, with the record "
    "of its inputs and fired rules; 20 cases take turns, each fires another rule",
    60,
    "µs",
    _measure,
)
