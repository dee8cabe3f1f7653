"""Small models for the tests of the analysis."""

import re
from datetime import UTC, datetime

import pytest

from shared.dmn.analysis import analyse
from shared.dmn.model import (
    Decision,
    DecisionTable,
    InputClause,
    InputData,
    Model,
    OutputClause,
    Rule,
    Variable,
)
from shared.feel import Environment

RESULT = (OutputClause("结果", "结果", "string"),)


@pytest.fixture(scope="session")
def environment():
    return Environment(now=lambda: datetime(2024, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def table():
    """table("UNIQUE", {"年龄": "number"}, ["< 18", '"少年"'], …): inputs by type, rows with an output."""

    def make(policy, columns, *rows, outputs=RESULT, **clause):
        inputs = tuple(
            InputClause(name, name, type_ref, **clause, id=f"input{number}")
            for number, (name, type_ref) in enumerate(columns.items(), 1)
        )
        rules = tuple(
            Rule(tuple(row[: len(inputs)]), tuple(row[len(inputs) :]), id=f"rule{number}")
            for number, row in enumerate(rows, 1)
        )
        return DecisionTable(policy, "", inputs, tuple(outputs), rules, id="table")

    return make


@pytest.fixture(scope="session")
def model():
    """model(body, "年龄", …): a decision with this body that requires input data of these names."""

    def make(body, *names, types=(), **parts):
        inputs = tuple(InputData(name, Variable(name, dict(types).get(name)), f"in_{name}") for name in names)
        required = tuple(f"#{one.id}" for one in inputs)
        decision = Decision("决定", Variable("决定"), required, (), body, id="decision")
        decisions = (*parts.pop("decisions", ()), decision)
        return Model("https://example.org/m", "模型", inputs=inputs, decisions=decisions, **parts)

    return make


@pytest.fixture(scope="session")
def judge(table, model):
    """judge("UNIQUE", {"年龄": "number"}, rows…): the findings on the table."""

    def run(policy, columns, *rows, environment=None, **how):
        names = {re.split(r"[. ]", name)[0] for name in columns}
        return analyse(model(table(policy, columns, *rows, **how), *sorted(names)), environment)

    return run
