"""Lists, contexts, ranges, paths and filters."""

from shared.feel.comparison import less
from shared.feel.compiler import Names, compile_node, compile_parts, node, parts, position, start, word
from shared.feel.errors import FeelError, FeelSyntaxError
from shared.feel.parser import Node
from shared.feel.properties import property_of
from shared.feel.scope import MISSING, Code, Constant, Frame
from shared.feel.shortcuts import are_ascending
from shared.feel.values import Range, Value, kind, whole


@node("list")
def _list(tree: Node, names: Names) -> Code:
    items = [
        _open_end(part, names) if part.data == "unary_compare" else compile_node(part, names)
        for part in parts(tree)
    ]
    return lambda frame: [item(frame) for item in items]


@node("context")
def _context(tree: Node, names: Names) -> Code:
    entries: list[tuple[str, Code]] = []
    for entry in parts(tree):
        seen = names.binding(*(key for key, _ in entries))
        key = word(entry)
        if key in dict(entries):
            raise FeelSyntaxError(position(entry), "a key stands twice", f"键“{key}”写了两次")
        entries.append((key, compile_parts(entry, seen)[0]))

    def build(frame: Frame) -> dict[str, Value]:
        result: dict[str, Value] = {}
        inside = frame.inside(result)  # each entry sees those before it
        for key, code in entries:
            result[key] = code(inside)
        return result

    return build


@node("range_closed_closed", "range_closed_open", "range_open_closed", "range_open_open")
def _range(tree: Node, names: Names) -> Code:
    low, high = compile_parts(tree, names)
    _, low_kind, high_kind = tree.data.split("_")
    if isinstance(low, Constant) and isinstance(high, Constant) and are_ascending(low.value, high.value):
        return Constant(Range(low.value, high.value, low_kind == "closed", high_kind == "closed"))

    def build(frame: Frame) -> Range | None:
        start, end = low(frame), high(frame)
        if kind(start) != kind(end) or less(frame.run, end, start) is not False:
            frame.run.warn("a range needs two ends of one kind in ascending order")
            return None
        return Range(start, end, low_kind == "closed", high_kind == "closed")

    return build


@node("open_range")
def _open_range(tree: Node, names: Names) -> Code:
    return _open_end(parts(tree)[0], names)


def _open_end(tree: Node, names: Names) -> Code:
    """The range that `< 5` and its like describe where a value is needed."""
    sign = word(tree)
    (end,) = compile_parts(tree, names)
    if sign == "!=":
        raise FeelSyntaxError(position(tree), "!= stands for no range", "“!=”不能这样单独使用")

    def build(frame: Frame) -> Range | None:
        limit = end(frame)
        if limit is None:
            return None
        low = limit if sign in {">", ">=", "="} else None
        high = limit if sign in {"<", "<=", "="} else None
        return Range(low, high, sign in {">=", "="}, sign in {"<=", "="})

    return build


@node("path")
def _path(tree: Node, names: Names) -> Code:
    (base,) = compile_parts(tree, names)
    key = word(tree, 1)
    place = start(tree)

    def read(frame: Frame) -> Value:
        try:
            return member(frame, base(frame), key)
        except FeelError as error:
            error.happened_at(place)
            raise

    is_entry_of_variable = parts(tree)[0].data == "name" and names.outer is None
    return _entry_of_variable(word(parts(tree)[0]), key, read) if is_entry_of_variable else read


def _entry_of_variable(name: str, key: str, otherwise: Code) -> Code:
    """`name.key`, where it can be without converting the rest of a large variable."""

    def read(frame: Frame) -> Value:
        run = frame.run
        found = run.entry(name, key) if frame.names is run.read else MISSING
        return otherwise(frame) if found is MISSING else found

    return read


def member(frame: Frame, value: Value, key: str) -> Value:
    """`value.key`: an entry of a context, a property of a date, or that of each item of a list."""
    if isinstance(value, dict):
        found = value.get(key, MISSING)
        if found is not MISSING:
            return found
        frame.run.warn(f"there is no entry {key}")
        return None
    if isinstance(value, list):
        frame.run.step(len(value))
        return [member(frame, item, key) for item in value]
    found = property_of(value, key)
    if found is MISSING:
        frame.run.warn(f"a {kind(value)} has no property {key}")
        return None
    return found


@node("filter")
def _filter(tree: Node, names: Names) -> Code:
    base, _ = parts(tree)
    source = compile_node(base, names)
    condition = compile_node(parts(tree)[1], names.binding("item"))

    def select(frame: Frame) -> Value:
        value = source(frame)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        index = frame.run.quietly(condition, _with_item(frame, items[0]) if items else frame)
        if kind(index) == "number":
            return _at(frame, items, index)
        frame.run.step(len(items))
        return [item for item in items if condition(_with_item(frame, item)) is True]

    return select


def _with_item(frame: Frame, item: Value) -> Frame:
    """Inside a filter the names of an item that is a context are visible, and the item itself as `item`."""
    inside = frame.inside({"item": item})
    return inside.inside(item) if isinstance(item, dict) else inside


def _at(frame: Frame, items: list[Value], index: Value) -> Value:
    place = whole(index)
    if place and abs(place) <= len(items):
        return items[place - 1 if place > 0 else place]
    frame.run.warn("there is no item at that position")
    return None
