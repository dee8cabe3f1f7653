"""The analysis on DMN files: one as the modeler writes it, and those of the public kit, which are sound."""

from pathlib import Path

import pytest

from shared.dmn import read_model
from shared.dmn.analysis import analyse

KIT = Path(__file__).parents[5] / "shared" / "data" / "dmn-tck"
FILES = sorted(KIT.rglob("*.dmn"))
FAULTY_ON_PURPOSE = {
    "0057-feel-context.dmn": ["decision008"],  # a key stands twice
    "0093-feel-at-literals.dmn": ["_test_001"],
    "1131-feel-function-invocation.dmn": ["decision001"],
}
GRADES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="评级" namespace="https://example.org/g">
  <inputData id="score" name="得分"><variable id="v" name="得分" typeRef="number"/></inputData>
  <decision id="grade" name="等级">
    <variable id="w" name="等级" typeRef="string"/>
    <informationRequirement id="r"><requiredInput href="#score"/></informationRequirement>
    <decisionTable id="grades" hitPolicy="UNIQUE">
      <input id="in" label="评审得分">
        <inputExpression id="e" typeRef="number"><text>得分</text></inputExpression>
        <inputValues id="iv"><text>[0..100]</text></inputValues></input>
      <output id="out" name="等级" typeRef="string"/>
      <rule id="good"><inputEntry id="c1"><text>&gt;= 90</text></inputEntry>
        <outputEntry id="o1"><text>"优秀"</text></outputEntry></rule>
      <rule id="fair"><inputEntry id="c2"><text>[75..90]</text></inputEntry>
        <outputEntry id="o2"><text>"良好"</text></outputEntry></rule>
      <rule id="poor"><inputEntry id="c3"><text>&lt; 60</text></inputEntry>
        <outputEntry id="o3"><text>得份</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def test_a_file_of_the_modeler():
    unknown, overlap, gap = analyse(read_model(GRADES.encode()))
    assert (unknown.severity, unknown.element_id, unknown.rule) == ("error", "poor", 3)
    assert unknown.message_zh == "第 3 行“等级”：没有叫“得份”的变量，是不是想写“得分”？"
    assert (overlap.severity, overlap.element_id, overlap.rule) == ("error", "fair", 2)
    assert overlap.example == {"评审得分": "90"}
    assert (gap.severity, gap.element_id, gap.example) == ("warning", "grades", {"评审得分": "60"})
    assert gap.message_zh.endswith("“评审得分”为 [60..75)")


@pytest.mark.skipif(not FILES, reason="the public kit is not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sound_models_have_no_errors(path):
    errors = [one.element_id for one in analyse(read_model(path.read_bytes())) if one.severity == "error"]
    expected = FAULTY_ON_PURPOSE.get(path.name, [])
    assert [str(one).lstrip("_") for one in errors] == [one.lstrip("_") for one in expected]
