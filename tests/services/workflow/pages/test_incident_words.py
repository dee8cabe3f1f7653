"""Incidents in plain Chinese."""

import re
from pathlib import Path

import pytest

from services.workflow.pages import incident_words
from tests.rig import ROOT


def test_every_kind_is_put_into_words():
    folder = ROOT / "services" / "workflow"
    parts = ("engine", "stepping", "waiting", ".")
    text = "".join(p.read_text() for part in parts for p in _python(folder / part))
    raised = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*_(?:ERROR|ERROR_EVENT|RETRIES|LOOP))"', text))
    assert len(raised) >= 8
    assert raised == set(incident_words.KINDS)
    assert incident_words.what_failed("SOMETHING_NEW") == "流程遇到问题"


def _python(folder: Path):
    return folder.rglob("*.py") if folder.name != "workflow" else folder.glob("*.py")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("没有在规定时间内收到答复", "没有在规定时间内收到答复"),
        ("no paper: left", "no paper: left"),
        ("review.record_decision: its fields do not fit the contract", "服务 review 读不懂发来的内容"),
        ("dispatch.take_turn: it ended its worker again and again", "服务 dispatch 每次办理都中断"),
        ("review.record_decision: NotYet in handlers.py:3", "服务 review 一直没有等到前面环节的内容"),
        ("review.record_decision: KeyError in handlers.py:3", "KeyError in handlers.py:3"),
    ],
)
def test_causes_are_put_into_words(reason, said):
    assert said in incident_words.cause_in_words(reason)
