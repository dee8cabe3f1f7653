"""`python -m tests.workflows.listing` writes docs/elements.md: the elements of all diagrams, with clauses."""

from pathlib import Path

from tests.workflows.diagram import MODELS, WORKFLOWS, diagram

PAGE = WORKFLOWS.parent / "docs" / "elements.md"
_HEAD = """# 元素与条款 / Elements and clauses

Made by `python -m tests.workflows.listing` from `workflows/*.bpmn`; do not edit. 条款编号见
[clauses.csv](clauses.csv)，图的说明见 [process.md](process.md)。

| 图 Diagram | 元素 Element | 名称 | 条款 Clauses |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page, in the order of the diagrams."""
    rows = [
        f"| `{name}` | `{node.id}` | {node.name} | {node.properties()['clause'].replace(',', ', ')} |\n"
        for name in MODELS
        for node in diagram(name).nodes.values()
        if "clause" in node.properties()
    ]
    return _HEAD + "".join(rows)


def write(path: Path = PAGE) -> None:
    """Write it."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
