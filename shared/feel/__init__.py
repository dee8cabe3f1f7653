"""FEEL, the expression language of DMN 1.5: conditions, mappings, timers, decision cells, form rules.

`compile_expression("申请人.年龄 >= 70").evaluate(variables, environment)`. Beyond the standard:
`now()` and `today()` in Shanghai time, `policy("a.b.c")`, `working days after(start, n)`,
`days after(start, n)`, `working days between(a, b)`, `is working day(d)`, and Camunda's `is defined`,
`get or else`, `is empty`, `is blank`, `trim`, `extract`, `partition`, `duplicate values`,
`last day of month`.
"""

from shared.feel.errors import FeelError, FeelSyntaxError
from shared.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from shared.feel.scope import Environment
from shared.feel.values import Function, Range, Value, YearsMonths, from_python
from shared.feel.writing import to_json

__all__ = [
    "Environment",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "UnaryTests",
    "Value",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "from_python",
    "to_json",
]
