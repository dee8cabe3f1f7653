"""The processes and the form that the figures run."""

import json
from itertools import pairwise

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file" targetNamespace="bench">'
)
_REVIEWER = (
    '<extensionElements><zeebe:assignmentDefinition candidateGroups="reviewer"/>'
    '<zeebe:formDefinition formId="opinion"/></extensionElements>'
)
_DECIDES = (
    '<extensionElements><zeebe:assignmentDefinition candidateGroups="reviewer"/><zeebe:ioMapping>'
    '<zeebe:output source="=again" target="again"/></zeebe:ioMapping></extensionElements>'
)
FORM = json.dumps(
    {
        "type": "default",
        "id": "opinion",
        "components": [
            {"type": "textfield", "id": f"c_{key}", "key": key, "label": key, "validate": {"required": True}}
            for key in ("opinion", "reason")
        ],
    }
).encode()
ANSWERS = {"opinion": "同意", "reason": "材料齐全，符合条件"}


def _file(process_id: str, *parts: str) -> bytes:
    process = f'<process id="{process_id}" isExecutable="true">{"".join(parts)}</process>'
    return f"{_HEAD}{process}</definitions>".encode()


def _user(element: str, extension: str) -> str:
    return f'<userTask id="{element}" name="{element}">{extension}</userTask>'


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{source}-{target}" {ends}>{inner}</sequenceFlow>'


def _flows(*stops: str) -> str:
    return "".join(_flow(*pair) for pair in pairwise(stops))


_ENDS = '<startEvent id="begin"/><endEvent id="done"/>'
APPROVAL = _file(
    "approval", _ENDS, _user("first", _REVIEWER), _user("second", _REVIEWER),
    _flows("begin", "first", "second", "done"),
)  # fmt: skip
"""Start, two human tasks with a form one after the other, end."""

_LOOP = _user("check", _DECIDES) + _flow("good", "check", "again") + _flows("check", "good")
_GATEWAY = '<exclusiveGateway id="good" default="good-{next}"/>'
REWORK = _file(
    "rework", _ENDS, _GATEWAY.format(next="done"), _LOOP, _flows("begin", "check"), _flows("good", "done")
)
"""A human task that is done again until it is good."""

_COUNTS = (
    '<extensionElements><zeebe:script expression="=rounds + 1" resultVariable="rounds"/></extensionElements>'
)
_LIMIT = (
    '<boundaryEvent id="{0}-late" attachedToRef="{0}"><timerEventDefinition><timeDuration>P5D</timeDuration>'
    "</timerEventDefinition></boundaryEvent>"
)
_LATER = [f"later{number}" for number in range(6)]
REWORK_LONG = _file(
    "rework-long", _ENDS, _GATEWAY.format(next="split"), _user("intake", _DECIDES), _user("draft", _DECIDES),
    _user("check", _DECIDES), f'<scriptTask id="count">{_COUNTS}</scriptTask>', _LIMIT.format("check"),
    _user("overdue", _REVIEWER), _flows("begin", "intake", "draft", "count", "check", "good"),
    _flow("good", "draft", "again"), _flows("check-late", "overdue", "split"),
    *(f'<parallelGateway id="{gateway}"/>' for gateway in ("split", "join")), _flows("good", "split"),
    *(_user(element, _REVIEWER) + _LIMIT.format(element) for element in _LATER),
    *(_flows("split", element, "join") for element in _LATER[:3]), _flows("join", *_LATER[3:], "done"),
    *(f'<endEvent id="{e}-end"/>' + _flows(f"{e}-late", f"{e}-end") for e in _LATER),
)  # fmt: skip
"""Two human tasks and a script, done again until it is good, in a process of the usual size: thirty elements,
parallel branches and periods, most of them still to come."""

REWORK_BESIDE = _file(
    "rework-beside", _ENDS, _GATEWAY.format(next="join"), _LOOP, _user("beside", _REVIEWER),
    '<parallelGateway id="split"/><parallelGateway id="join"/>', _flows("begin", "split", "check"),
    _flows("split", "beside", "join", "done"), _flows("good", "join"),
)  # fmt: skip
"""The same while another branch stands open."""

DEADLINE = _file(
    "deadline", _ENDS, '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDate>=due</timeDate>'
    "</timerEventDefinition></intermediateCatchEvent>", _flows("begin", "wait", "done"),
)  # fmt: skip
"""A timer for a moment given as the variable `due`, then the end."""

TICKING = _file(
    "ticking", _ENDS, '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT0S'
    "</timeDuration></timerEventDefinition></intermediateCatchEvent>",
    '<exclusiveGateway id="good" default="good-wait"/>', _flows("begin", "wait", "good", "wait"),
    _flow("good", "done", "stop = true"),
)  # fmt: skip
"""A timer that is due at once, again and again."""
