"""Small DMN files for tests."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def graph(*parts: str, id: str = "graph", namespace: str = "tests", imports: str = "") -> bytes:
    """A DMN file; `imports` is the namespace of another."""
    imported = f'<import id="i" name="other" namespace="{imports}" importType="{NAMESPACE}"/>'
    head = f'<definitions xmlns="{NAMESPACE}" id="{id}" name="Graph {id}" namespace="{namespace}">'
    return f"{head}{imported if imports else ''}{''.join(parts)}</definitions>".encode()


def given(name: str) -> str:
    """An input; its id is `in_<name>`."""
    return f'<inputData id="in_{name}" name="{name}"><variable name="{name}"/></inputData>'


def decision(id: str, body: str, *needs: str, name: str = "") -> str:
    """A decision; `needs` are hrefs of decisions (`#d`) and inputs (`#in_x`)."""
    shown = quoteattr(name or id)
    required = "".join(
        f'<informationRequirement id="{id}_{number}">'
        f'<required{"Input" if "in_" in href else "Decision"} href="{href}"/></informationRequirement>'
        for number, href in enumerate(needs)
    )
    return f'<decision id="{id}" name={shown}><variable name={shown}/>{required}{body}</decision>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(source: str, *rows: str, policy: str = "UNIQUE") -> str:
    """A table with one input and one output; a row is `test | output | note`."""
    drawn = "".join(_row(number, *row.split(" | ")) for number, row in enumerate(rows, 1))
    return (
        f'<decisionTable id="t" hitPolicy="{policy}">'
        f'<input id="c1" label="Input"><inputExpression><text>{escape(source)}</text></inputExpression>'
        "</input>"
        f'<output id="o1" name="result" label="Output"/><annotation name="条款"/>{drawn}</decisionTable>'
    )


def _row(number: int, test: str, output: str, note: str = "") -> str:
    return (
        f'<rule id="r{number}"><inputEntry><text>{escape(test)}</text></inputEntry>'
        f"<outputEntry><text>{escape(output)}</text></outputEntry>"
        f"<annotationEntry><text>{escape(note)}</text></annotationEntry></rule>"
    )


AGE = decision(
    "free",
    table("age", '>= 70 | "yes" | 年满七十周岁（S0-4.2a）', '< 70 | "no" | 不满七十周岁'),
    "#in_age",
    name="是否免予核查",
)
AGES = graph(given("age"), AGE)
"""Whether somebody is free of the means test, by age."""
