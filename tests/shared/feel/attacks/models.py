"""Hostile DMN: bytes that a process owner might upload."""

from collections.abc import Callable

_HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">'
_TAIL = "</definitions>"


def _model(inside: str, before: str = "") -> bytes:
    return f"{before}{_HEAD}{inside}{_TAIL}".encode()


def _literal(text: str, name: str = "d", needs: str = "") -> str:
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"/>{needs}'
        f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
    )


def _requires(name: str) -> str:
    return f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>'


def _knows(name: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _model(_literal("1").replace("1]]", "]]&l9;"), f'<!DOCTYPE d [<!ENTITY l0 "lol">{lines}]>')


def _quadratic() -> bytes:
    return _model(
        f"<description>{'&a;' * 20_000}</description>", f'<!DOCTYPE d [<!ENTITY a "{"a" * 20_000}">]>'
    )


def _external(uri: str) -> bytes:
    return _model("<description>&x;</description>", f'<!DOCTYPE d [<!ENTITY x SYSTEM "{uri}">]>')


def _nested_elements() -> bytes:
    return _model("<decision>" * 20_000 + "</decision>" * 20_000)


def _nested_boxes() -> bytes:
    inside = "<contextEntry><context>" * 3_000 + "</context></contextEntry>" * 3_000
    return _model(f'<decision id="d" name="d"><variable name="d"/><context>{inside}</context></decision>')


def _attributes() -> bytes:
    names = " ".join(f'a{n}="1"' for n in range(30_000))
    return _model(f"<decision {names}/>")


def _namespaces() -> bytes:
    names = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(20_000))
    return _model(f"<decision {names}/>")


def _circle(length: int) -> bytes:
    return _model("".join(_literal("1", f"d{n}", _requires(f"d{(n + 1) % length}")) for n in range(length)))


def _chain(length: int) -> bytes:
    last = _literal("1", f"d{length}")
    return _model(
        "".join(_literal(f"d{n + 1}", f"d{n}", _requires(f"d{n + 1}")) for n in range(length)) + last
    )


def _diamonds() -> bytes:
    last = _literal("1", "d60a") + _literal("1", "d60b")
    levels = (
        _literal(f"[d{n + 1}a, d{n + 1}b]", f"d{n}{side}", _requires(f"d{n + 1}a") + _requires(f"d{n + 1}b"))
        for n in range(60)
        for side in "ab"
    )
    return _model("".join(levels) + last)


def _many_decisions() -> bytes:
    return _model("".join(_literal("1 + 1", f"d{n}") for n in range(5_000)))


def _table(inputs: int, rules: int, cell: str, policy: str = "COLLECT", output: str = "1") -> bytes:
    columns = "".join(
        "<input><inputExpression><text>1</text></inputExpression></input>" for _ in range(inputs)
    )
    cells = f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" * inputs
    rule = f"<rule>{cells}<outputEntry><text><![CDATA[{output}]]></text></outputEntry></rule>"
    table = f'<decisionTable hitPolicy="{policy}">{columns}<output/>{rule * rules}</decisionTable>'
    return _model(f'<decision id="d" name="d"><variable name="d"/>{table}</decision>')


def _knowledge(text: str, *names: str) -> bytes:
    models = "".join(
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>'
        f'<formalParameter name="x"/><literalExpression><text>{text}</text></literalExpression>'
        f"</encapsulatedLogic>{''.join(map(_knows, names))}</businessKnowledgeModel>"
        for name in names
    )
    return _model(models + _literal(f"{names[0]}(1)", "d", _knows(names[0])))


def _types(circle: bool) -> bytes:
    names = range(200)
    items = "".join(
        f'<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>t{(n + 1) % 200 if circle else n + 1}</typeRef>'
        f'</itemComponent><itemComponent name="b"><typeRef>t{(n + 1) % 200 if circle else n + 1}</typeRef>'
        "</itemComponent></itemDefinition>"
        for n in names
    )
    decision = '<decision id="d" name="d"><variable name="d" typeRef="t0"/><literalExpression><text>{a: 1}</text></literalExpression></decision>'
    return _model(items + decision)


def _relation() -> bytes:
    columns = "".join(f'<column name="c{n}"/>' for n in range(100))
    row = "<row>" + "<literalExpression><text>1</text></literalExpression>" * 100 + "</row>"
    return _model(
        f'<decision id="d" name="d"><variable name="d"/><relation>{columns}{row * 100}</relation></decision>'
    )


def _loop() -> bytes:
    count = "<literalExpression><text>[1..1000000000]</text></literalExpression>"
    body = "<literalExpression><text>i</text></literalExpression>"
    return _model(
        f'<decision id="d" name="d"><variable name="d"/><for iteratorVariable="i"><in>{count}</in>'
        f"<return>{body}</return></for></decision>"
    )


def _services() -> bytes:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d"/></decisionService>'
    )
    return _model(service + _literal("s()", "d", _knows("s")))


MODELS: dict[str, Callable[[], bytes]] = {
    "billion laughs": _entities,
    "quadratic blow-up": _quadratic,
    "a file of the machine": lambda: _external("file:///etc/passwd"),
    "an address of the network": lambda: _external("http://127.0.0.1:9/x"),
    "a DTD from elsewhere": lambda: _model(_literal("1"), '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'),
    "parameter entities": lambda: _model(
        _literal("1"), '<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
    ),
    "an include": lambda: _model('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
    "a style sheet": lambda: _model(_literal("1"), '<?xml-stylesheet href="file:///etc/passwd"?>'),
    "nested elements": _nested_elements,
    "nested boxes": _nested_boxes,
    "many attributes": _attributes,
    "many namespaces": _namespaces,
    "a great text": lambda: _model(_literal("1 + " * 400_000 + "1")),
    "a great comment": lambda: _model(f"<!--{'x' * 6_000_000}-->"),
    "many decisions": _many_decisions,
    "no XML": lambda: b"\x00" * 100_000,
    "half a document": lambda: _HEAD.encode(),
    "a wrong encoding": lambda: b'<?xml version="1.0" encoding="utf-32"?>' + _model(""),
    "UTF-7": lambda: b'<?xml version="1.0" encoding="utf-7"?>' + _model(_literal("+ADw-")),
    "a decision that needs itself": lambda: _circle(1),
    "a circle of decisions": lambda: _circle(50),
    "a long chain of decisions": lambda: _chain(2_000),
    "diamonds": _diamonds,
    "a great table": lambda: _table(20, 500, "[1..2]"),
    "a table of hard cells": lambda: _table(4, 50, "count(for i in 1..9999 return i) > ?"),
    "a table of regular expressions": lambda: _table(
        4, 50, r'matches(string(?) + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^((1a*)+a*)+\2$")'
    ),
    "great outputs": lambda: _table(1, 200, "-", output='string join(for i in 1..9999 return "xxxxxxxxx")'),
    "an output by priority": lambda: _table(1, 300, "-", policy="OUTPUT ORDER"),
    "a function that calls itself": lambda: _knowledge("f(x)", "f"),
    "functions that call one another": lambda: _knowledge("[f(x), g(x)]", "f", "g"),
    "a service that calls itself": _services,
    "types in a circle": lambda: _types(circle=True),
    "types that double": lambda: _types(circle=False),
    "a great relation": _relation,
    "an endless loop": _loop,
    "names shadowing built-ins": lambda: _model(
        _literal("1", "count") + _literal("count([1, 2])", "d", _requires("count"))
    ),
    "names of Python": lambda: _model(_literal("__class__.__mro__", "__class__")),
}
