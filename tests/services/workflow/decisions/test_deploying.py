"""DMN files become immutable versions, together with models and forms, or not at all."""

import pytest

from services.workflow.deploying.deployments import deploy_folder, deploy_resources
from services.workflow.models import DecisionDefinition, DecisionRequirements, ModelVersion
from services.workflow.problems import DeploymentRefused
from tests.rig import ROOT
from tests.services.workflow.decisions.drawing import AGE, AGES, decision, given, graph, literal, table
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start

CALLS = file(
    process(
        start(),
        node("businessRuleTask", "x", ext('calledDecision decisionId="free" resultVariable="r"')),
        end(),
        flows("s x e"),
    )
)
ONE = graph(decision("one", literal("1")), id="first", namespace="first")
TWO = graph(decision("two", literal("other.one + 1"), "first#one"), id="second", imports="first")


def deploy(house, **files):
    """`a_dmn` stands for `a.dmn`."""
    with house.work() as work:
        named = [(name.replace("_", "."), content) for name, content in files.items()]
        return deploy_resources(work, named, "tester").key


def refused(house, **files):
    with pytest.raises(DeploymentRefused) as error:
        deploy(house, **files)
    assert house.rows(DecisionRequirements) == house.rows(DecisionDefinition) == []
    assert house.rows(ModelVersion) == []
    faults = error.value.details["faults"]
    assert all(f["resource"] and f["reason_zh"] and f["reason_en"] and f["remedy"] for f in faults)
    return [(f["element"], f["rule"]) for f in faults]


def versions(house):
    return [(d.decision_id, d.version, d.requirements_version) for d in house.rows(DecisionDefinition)]


def test_a_file_and_its_decisions_are_kept(house):
    deployment = deploy(house, a_dmn=AGES)
    [file_] = house.rows(DecisionRequirements)
    [row] = house.rows(DecisionDefinition)
    assert (file_.requirements_id, file_.name, file_.version, file_.resource) == (
        "graph",
        "Graph graph",
        1,
        "a.dmn",
    )
    assert (file_.deployment_key, file_.deployed_by, file_.imports) == (deployment, "tester", {})
    assert (row.decision_id, row.name, row.kind, row.version) == (
        "free",
        "是否免予核查",
        "DECISION_TABLE",
        1,
    )
    assert (row.requirements_key, row.requirements_id) == (file_.key, "graph")


def test_the_same_content_keeps_its_version(house):
    deploy(house, a_dmn=AGES)
    deploy(house, a_dmn=AGES)
    assert versions(house) == [("free", 1, 1)]
    deploy(house, a_dmn=AGES.replace(b"70", b"65"))
    assert versions(house) == [("free", 1, 1), ("free", 2, 2)]


def test_kinds_of_decisions(house):
    boxed = "<list><literalExpression><text>1</text></literalExpression></list>"
    deploy(house, a_dmn=graph(decision("a", literal("1")), decision("b", boxed)))
    kinds = {row.decision_id: row.kind for row in house.rows(DecisionDefinition)}
    assert kinds == {"a": "LITERAL_EXPRESSION", "b": "UNKNOWN"}


def test_a_process_and_its_decision_are_deployed_together(house):
    deploy(house, p_bpmn=CALLS, a_dmn=AGES)
    assert len(house.rows(ModelVersion)) == 1
    deploy(house, p_bpmn=CALLS.replace(b'id="e"', b'id="e" name="n"'))
    assert len(house.rows(ModelVersion)) == 2


def test_a_decision_that_exists_nowhere_refuses_its_process(house):
    assert refused(house, p_bpmn=CALLS, o_dmn=ONE) == [("x", "decision-unknown")]


BROKEN = {
    "no xml": ({"a_dmn": b"<definitions"}, None),
    "no dmn": ({"a_dmn": b"<x/>"}, None),
    "an entity": (
        {"a_dmn": b'<!DOCTYPE d [<!ENTITY e "' + b"e" * 99 + b'">]>' + AGES.replace(b"Graph", b"&e;")},
        None,
    ),
    "no id": ({"a_dmn": AGES.replace(b' id="graph"', b"")}, ("", "requirements-id-missing")),
    "a nameless decision": ({"a_dmn": AGES.replace(b' id="free"', b"")}, ("", "decision-id-missing")),
    "an id that no row can hold": (
        {"a_dmn": AGES.replace(b'id="free"', f'id="{"f" * 256}"'.encode())},
        ("f" * 255, "too-long"),
    ),
    "two of one id": (
        {"a_dmn": AGES, "b_dmn": graph(given("age"), AGE, id="other")},
        ("free", "id-used-twice"),
    ),
    "two files of one id": (
        {"a_dmn": AGES, "b_dmn": graph(decision("o", literal("1")))},
        ("graph", "id-used-twice"),
    ),
    "nothing imported": ({"a_dmn": TWO}, ("i", "import-missing")),
    "imports itself": ({"a_dmn": graph(imports="tests")}, ("i", "import-circular")),
    "two could be imported": (
        {"a_dmn": ONE, "b_dmn": graph(id="b", namespace="first"), "c_dmn": TWO},
        ("i", "import-ambiguous"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_said_and_nothing_is_kept(house, name):
    files, fault = BROKEN[name]
    found = refused(house, **files)
    assert fault in found if fault else found


def test_a_cell_that_is_not_feel_is_located(house):
    xml = graph(given("age"), decision("d", table("age", '>= | "yes"'), "#in_age"))
    with pytest.raises(DeploymentRefused) as error:
        deploy(house, a_dmn=xml)
    [fault] = error.value.details["faults"]
    assert (fault["resource"], fault["rule"]) == ("a.dmn", "dmn")
    assert (fault["element"], "第 1 行" in fault["reason_zh"]) == ("r1", True)


def test_rows_that_contradict_one_another_are_refused_with_an_example(house):
    xml = graph(given("age"), decision("d", table("age", '> 1 | "a"', '> 2 | "b"', '<= 1 | "c"'), "#in_age"))
    with pytest.raises(DeploymentRefused) as error:
        deploy(house, a_dmn=xml)
    [fault] = error.value.details["faults"]
    assert (fault["element"], "例如 Input = 3" in fault["reason_zh"]) == ("r2", True)


def test_a_gap_is_a_warning(house):
    xml = graph(given("age"), decision("d", table("age", '> 1 | "a"'), "#in_age"))
    with house.work() as work:
        [warning] = deploy_resources(work, [("a.dmn", xml)], "tester").warnings
    assert (warning.resource, "<= 1" in warning.reason_zh) == ("a.dmn", True)
    assert len(house.rows(DecisionRequirements)) == 1


def test_imports_are_pinned_to_the_version_they_were_checked_with(house):
    deploy(house, b_dmn=TWO, a_dmn=ONE)
    first, second = house.rows(DecisionRequirements)
    assert (first.requirements_id, second.imports) == ("first", {"first": first.key})
    deploy(house, a_dmn=ONE.replace(b">1<", b">5<"))
    assert house.rows(DecisionRequirements)[1].imports == {"first": first.key}
    deploy(house, b_dmn=TWO)
    newest = house.rows(DecisionRequirements)[-1]
    assert (newest.requirements_id, newest.version) == ("second", 2)
    assert newest.imports["first"] != first.key


def test_a_decision_that_another_file_had_is_taken_over_with_a_warning(house):
    deploy(house, a_dmn=AGES)
    with house.work() as work:
        moved = graph(given("age"), AGE, id="other")
        [warning] = deploy_resources(work, [("b.dmn", moved)], "tester").warnings
    assert (warning.rule, warning.element, "graph" in warning.reason_zh) == ("decision-moved", "free", True)
    assert versions(house) == [("free", 1, 1), ("free", 2, 1)]


def test_the_decisions_of_the_house_are_deployed_once(house):
    for _ in range(2):
        deploy_folder(house.runtime, ROOT / "workflows")
    files = list((ROOT / "workflows" / "decisions").glob("*.dmn"))
    assert [row.version for row in house.rows(DecisionRequirements)] == [1] * len(files)
