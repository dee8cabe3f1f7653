"""The FEEL texts of a model: do they parse, and does everything they name exist?"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.dmn.analysis.finding import Finding
from shared.dmn.analysis.hints import nearest, syntax_hint
from shared.dmn.analysis.scopes import Scope
from shared.dmn.model import DecisionTable, Literal
from shared.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from shared.feel.analysis import Mention, mentions
from shared.feel.builtins import BUILT_INS
from shared.feel.parser import Node, parse_expression, parse_unary_tests

_FEEL_LANGUAGES = ("FEEL", "feel")


@dataclass(frozen=True)
class Text:
    """A text and where it stands: `where` in words, empty for a box of its own."""

    text: str
    place: str | None
    where: str = ""
    where_zh: str = ""
    rule: int | None = None
    is_cell: bool = False


@dataclass(frozen=True)
class Author:
    """What the checks know of the model beyond the scope of a text: all its names, and whether it says what
    comes in at all. If it does not (no input data is drawn), any variable may come from the process."""

    names: frozenset[str]
    declares_inputs: bool

    def check(self, text: Text, scope: Scope) -> Iterator[Finding]:
        """The findings on one text."""
        if not text.text.strip():
            return
        names = frozenset(scope.names)
        try:
            tree = _parsed(text, names)
        except FeelSyntaxError as error:
            yield _faulty(text, error)
            return
        if scope.open_names:
            return
        told = set()
        for mention in mentions(tree, names | BUILT_INS.keys() | ({"?"} if text.is_cell else frozenset())):
            if mention.name not in told:
                told.add(mention.name)
                yield self._unknown(text, mention, scope)

    def _unknown(self, text: Text, mention: Mention, scope: Scope) -> Finding:
        what, what_zh = ("function", "函数") if mention.called else ("variable", "变量")
        hint, hint_zh = self._suggestion(mention, scope)
        return Finding(
            "error" if self.declares_inputs or mention.called else "warning",
            text.place,
            text.rule,
            f"{text.where}there is no {what} {mention.name}{hint}",
            f"{text.where_zh}没有叫“{mention.name}”的{what_zh}{hint_zh}",
            position=mention.position,
        )

    def _suggestion(self, mention: Mention, scope: Scope) -> tuple[str, str]:
        if mention.name in self.names:
            return "; it is in the model, but not required here", "；图里有它，但没有连线到这个决策"
        known = [*scope.names, *BUILT_INS] if mention.called else [*scope.names, *self.names, *BUILT_INS]
        near = nearest(mention.name, known)
        if near:
            return f"; did you mean {near}?", f"，是不是想写“{near}”？"
        if self.declares_inputs or mention.called:
            return "", ""
        return "; the process must bring it along", "；图里没有画输入数据，请确认流程会带上这个变量"


def texts_of(box: Literal | DecisionTable, scope: Scope) -> Iterator[Text]:
    """The texts of a literal expression or a decision table."""
    if isinstance(box, Literal):
        if box.language is None or box.language.rstrip("/").endswith(_FEEL_LANGUAGES):
            yield Text(box.text, scope.place)
        return
    yield from _clause_texts(box, scope)
    for number, rule in enumerate(box.rules, 1):
        place = rule.id or scope.place
        cells = [(clause.label, text, True) for clause, text in zip(box.inputs, rule.inputs, strict=False)]
        cells += [
            (clause.label, text, False) for clause, text in zip(box.outputs, rule.outputs, strict=False)
        ]
        for label, text, is_cell in cells:
            where, where_zh = f"rule {number}, {label}: ", f"第 {number} 行“{label}”："
            yield Text(text, place, where, where_zh, number, is_cell)


def _clause_texts(table: DecisionTable, scope: Scope) -> Iterator[Text]:
    for clause in table.inputs:
        place = clause.id or scope.place
        label = clause.label or clause.text
        yield Text(clause.text, place, f"column {label}: ", f"“{label}”列：")
        values = clause.values or ""
        yield Text(values, place, f"values of {label}: ", f"“{label}”列允许的值：", None, True)
    for output in table.outputs:
        place, label = output.id or scope.place, output.label
        default, values = output.default or "", output.values or ""
        yield Text(default, place, f"default of {label}: ", f"“{label}”的默认结果：")
        yield Text(values, place, f"values of {label}: ", f"“{label}”允许的值：", None, True)


def _parsed(text: Text, names: frozenset[str]) -> Node:
    """The tree. Raises FeelSyntaxError, also for what only compiling finds, such as `@"2024-13-01"`."""
    if text.is_cell:
        compile_unary_tests(text.text, names)
        return parse_unary_tests(text.text, names | BUILT_INS.keys())
    compile_expression(text.text, names)
    return parse_expression(text.text, names | BUILT_INS.keys())


def _faulty(text: Text, error: FeelSyntaxError) -> Finding:
    hint = syntax_hint(text.text)
    is_told = hint is None or hint in error.message_zh
    return Finding(
        "error",
        text.place,
        text.rule,
        f"{text.where}{error.message}",
        f"{text.where_zh}{error.message_zh}{'' if is_told else '。提示：' + str(hint)}",
        position=error.position,
    )
