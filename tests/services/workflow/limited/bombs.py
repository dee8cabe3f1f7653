"""Files that would bring a careless reader down."""

from tests.services.workflow.engine.drawing import BPMN, end, file, flows, node, process, start

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l9;</d>'.encode()
LAUGHS_IN_AN_ATTRIBUTE = BILLION_LAUGHS.replace(b"<d>&l9;</d>", b'<d a="&l9;"/>')
LOCAL_FILE = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><d>&f;</d>'
DEEP = b"<d>" * 100_000 + b"</d>" * 100_000
HUGE = b"<d>" + b" " * 50_000_000 + b"</d>"
WIDE = f'<definitions xmlns="{BPMN}">{"<a/>" * 480_000}</definitions>'.encode()
DEEP_FORM = b'{"id": "f", "components": ' + b"[" * 900_000 + b"]" * 900_000 + b"}"

REGEX_FORM = (
    b'{"id": "f", "components": [{"type": "textfield", "id": "c", "key": "k", "label": "l",'
    b' "validate": {"pattern": "^(a+)+$"}}]}'
)


def feel_bomb() -> bytes:
    """Hundreds of expressions, each as long as one may be."""
    names = [f"u{number}" for number in range(500)]
    tasks = [
        node(
            "scriptTask", name,
            f'<extensionElements><zeebe:script expression="={place}{"+1" * 1400}" resultVariable="r"/>'
            "</extensionElements>",
        )
        for place, name in enumerate(names)
    ]  # fmt: skip
    return file(process(start(), *tasks, end(), flows(f"s {' '.join(names)} e")))
