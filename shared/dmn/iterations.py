"""Boxed conditionals, filters and iterators (DMN 1.5 §10.2.1.8 to §10.2.1.10) to closures."""

from collections.abc import Iterator

from shared.dmn.expressions import compile_boxed, compiles, truth
from shared.dmn.model import Conditional, Filter, Iteration
from shared.dmn.place import Place
from shared.feel import compile_expression
from shared.feel.scope import Code, Frame
from shared.feel.values import Value

# What FEEL iterates over: the items of a list, the numbers or days of a range, a single value.
_ITEMS = compile_expression("for item in source return item").code


@compiles(Conditional)
def _conditional(body: Conditional, place: Place) -> Code:
    test = compile_boxed(body.test, place.within("if"))
    then = compile_boxed(body.then, place.within("then"))
    otherwise = compile_boxed(body.otherwise, place.within("else"))
    neither = place.failing("the condition is neither true nor false", "条件的结果不是真或假")

    def choose(frame: Frame) -> Value:
        verdict = test(frame)
        if verdict is not None and not isinstance(verdict, bool):
            return neither(frame)
        return then(frame) if verdict else otherwise(frame)

    return choose


@compiles(Filter)
def _filter(body: Filter, place: Place) -> Code:
    source = compile_boxed(body.source, place.within("in"))
    condition = compile_boxed(body.match, place.knowing(["item"]).within("match"))
    neither = place.failing("the match is neither true nor false", "筛选条件的结果不是真或假")

    def select(frame: Frame) -> Value:
        value = source(frame)
        if value is None:
            return None
        kept: list[Value] = []
        for item in value if isinstance(value, list) else [value]:
            frame.run.step()
            verdict = condition(_with_item(frame, item))
            if verdict is not None and not isinstance(verdict, bool):
                return neither(frame)
            if verdict is True:
                kept.append(item)
        return kept

    return select


def _with_item(frame: Frame, item: Value) -> Frame:
    inside = frame.inside({"item": item})
    return inside.inside(item) if isinstance(item, dict) else inside


@compiles(Iteration)
def _iteration(body: Iteration, place: Place) -> Code:
    source = compile_boxed(body.source, place.within("in"))
    if body.kind == "for":
        inside = place.knowing([body.variable, "partial"]).within("return")
        # the results so far are copied for each turn, so only where some text inside may ask for them
        with_partial = "partial" in repr(body.body)
        return _loop(body.variable, source, compile_boxed(body.body, inside), with_partial)
    inside = place.knowing([body.variable]).within("satisfies")
    return _quantified(body.variable, source, compile_boxed(body.body, inside), decisive=body.kind == "some")


def _loop(variable: str, source: Code, body: Code, with_partial: bool) -> Code:
    def loop(frame: Frame) -> list[Value] | None:
        items = _turns(frame, source)
        if items is None:
            return None
        results: list[Value] = []
        for item in items:
            names = {variable: item}
            if with_partial:
                frame.run.step(len(results))
                names["partial"] = list(results)
            results.append(body(frame.inside(names)))
        return results

    return loop


def _quantified(variable: str, source: Code, condition: Code, decisive: bool) -> Code:
    def judge(frame: Frame) -> bool | None:
        items = _turns(frame, source)
        if items is None:
            return None
        verdict: bool | None = not decisive
        for item in items:
            found = truth(frame.inside({variable: item}), condition)
            if found is decisive:
                return decisive
            verdict = None if found is None else verdict
        return verdict

    return judge


def _turns(frame: Frame, source: Code) -> Iterator[Value] | None:
    items = _ITEMS(frame.inside({"source": source(frame)}))
    return None if items is None else _counted(frame, items)


def _counted(frame: Frame, items: list[Value]) -> Iterator[Value]:
    for item in items:
        frame.run.step()
        yield item
