"""The public Technology Compatibility Kit, and the runner that measures us with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.feel import tck
from tests.shared.dmn.conftest import decision, given, literal, xml

ROOT = Path(__file__).parents[3]
KIT = ROOT.parent / "shared" / "data" / "dmn-tck"
needs_kit = pytest.mark.skipif(not KIT.is_dir(), reason="the kit is not in ../shared/data/dmn-tck")

KNOWN_FAILURES: dict[str, str] = {}
"""Failing cases by `folder case`, each with its reason; a failure that is not listed fails the test."""


def failures(level):
    verdicts = list(tck.run_kit(KIT / level))
    failed = {f"{one.folder} {one.case}": one.reason for one in verdicts if one.reason}
    return len(verdicts), failed


@needs_kit
def test_level_2_passes_entirely():
    count, failed = failures("compliance-level-2")
    assert count >= 116
    assert failed == {}


@needs_kit
def test_level_3_passes_but_for_known_failures():
    count, failed = failures("compliance-level-3")
    assert count >= 1_089
    assert failed.keys() <= KNOWN_FAILURES.keys()
    assert len(failed) <= 0.03 * count


CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>{model}</modelName>{cases}</testCases>"""


def case(name, expected, inputs="", attributes=""):
    result = f'<resultNode name="d" type="decision"><expected>{expected}</expected></resultNode>'
    return f'<testCase id="{name}" {attributes}>{inputs}{result}</testCase>'


def value(kind, text):
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


NIL = '<value xsi:nil="true"/>'


@pytest.fixture
def folder(tmp_path):
    """folder(model, *cases): a kit of one folder with one model."""

    def write(model, *cases, name="level/0001-own"):
        place = tmp_path / name
        place.mkdir(parents=True)
        (place / "m.dmn").write_bytes(model)
        (place / "m-test-01.xml").write_text(CASES.format(model="m.dmn", cases="".join(cases)))
        return tmp_path

    return write


def lines(capsys, path, *options):
    assert tck.main([str(path), *options]) == 0
    return capsys.readouterr().out.splitlines()


ECHO = xml(given("a"), decision(literal("a"), needs=("i_a",)))


@pytest.mark.parametrize(
    "expected",
    [
        value("string", "text"), value("decimal", "1.50"), value("double", "1e3"), value("boolean", "true"),
        value("date", "2024-02-29"), value("time", "12:00:00Z"), value("duration", "P1DT2H"),
        value("dateTime", "2024-02-29T12:00:00+08:00"), value("duration", "P1Y"), NIL,
        f"<list><item>{value('decimal', 1)}</item><item>{NIL}</item></list>",
        f'<component name="b"><component name="c">{value("decimal", 1)}</component></component>',
    ],
)  # fmt: skip
def test_values_of_every_kind_are_read_and_compared(folder, capsys, expected):
    other = value("string", "another")
    given_value = f'<inputNode name="a">{expected}</inputNode>'
    path = folder(ECHO, case("same", expected, given_value), case("other", other, given_value))
    assert lines(capsys, path) == ["level/0001-own: 1 passed, 1 failed", "1 passed, 1 failed"]


def test_failures_are_told_with_expected_value_and_reason(folder, capsys):
    path = folder(xml(decision(literal('1 + "a"'))), case("7", value("decimal", "1")))
    shown = lines(capsys, path, "--failures")
    assert shown[1] == ("    m-test-01 7: d: expected 1, got null (number + string has no meaning)")
    assert shown[-1] == "0 passed, 1 failed"


def test_numbers_may_differ_after_eight_decimals(folder, capsys):
    model = xml(decision(literal("exp(1)")))
    close, apart = value("decimal", "2.718281828"), value("decimal", "2.7182818")
    assert lines(capsys, folder(model, case("1", close), case("2", apart)))[-1] == "1 passed, 1 failed"


@pytest.mark.parametrize("model", [b"", b"<definitions", b"\xff\xfe", xml('<decision id="d"/>')])
def test_a_broken_model_is_a_failing_case(folder, capsys, model):
    assert lines(capsys, folder(model, case("1", NIL)))[-1] == "0 passed, 1 failed"


def test_a_broken_test_file_is_a_failing_case(folder, capsys):
    path = folder(ECHO)
    (path / "level/0001-own/m-test-01.xml").write_text("<testCases>")
    assert lines(capsys, path)[-1] == "0 passed, 1 failed"


def test_a_case_that_takes_too_long_fails(folder, capsys, monkeypatch):
    monkeypatch.setattr(tck, "SECONDS_PER_CASE", 0.001)
    path = folder(
        xml(decision(literal("count(for i in 1..9999 return i + 1)"))), case("1", value("decimal", "9999"))
    )
    assert "not done within" in "".join(lines(capsys, path, "--failures"))


def test_services_and_knowledge_models_are_called_directly(folder, capsys):
    service = '<decisionService name="s" id="s"><outputDecision href="#d"/></decisionService>'
    function = literal("n + 1")
    knowledge = (
        '<businessKnowledgeModel name="f" id="f"><encapsulatedLogic><formalParameter name="n"/>'
        f"{function}</encapsulatedLogic></businessKnowledgeModel>"
    )
    path = folder(
        xml(service, knowledge, decision(literal("5"))),
        case("1", value("decimal", 5), attributes='invocableName="s" type="decisionService"'),
        case("2", value("decimal", 3), f'<inputNode name="n">{value("decimal", 2)}</inputNode>',
             'invocableName="f" type="bkm"'),
    )  # fmt: skip
    assert lines(capsys, path)[-1] == "2 passed, 0 failed"


def test_the_command_counts_by_folder_and_in_the_last_line(folder):
    folder(ECHO, case("1", NIL), name="level/0002-other")
    path = folder(ECHO, case("1", NIL))
    command = [sys.executable, "-m", "shared.feel.tck", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "level/0001-own: 1 passed, 0 failed",
        "level/0002-other: 1 passed, 0 failed",
        "2 passed, 0 failed",
    ]
