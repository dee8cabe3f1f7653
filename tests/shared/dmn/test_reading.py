"""DMN files: the versions that are read, what a model holds, and everything that is refused."""

import pytest

from shared.dmn import DmnError, compile_model, read_model
from shared.dmn.model import Import, Literal, Variable
from tests.shared.dmn.conftest import decision, given, literal, xml

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_since_1_1_is_read(version, environment):
    model = read_model(xml(given("a"), decision(literal("a + 1"), needs=("i_a",)), dmn=version))
    assert compile_model(model).evaluate("d", {"a": 1}, environment).value == 2


def test_a_model_says_what_the_file_holds():
    model = read_model(xml(
        '<import name="o" namespace="urn:o" importType="x"/>',
        decision(literal(" 1 ", 'id="l" typeRef="number"'), type_ref="number", needs=("i_a",)),
    ))  # fmt: skip
    (one,) = model.decisions
    assert model.imports == (Import("urn:o", "o", "x"),)
    assert (one.id, one.name, one.variable) == ("d", "d", Variable("d", "number"))
    assert one.information == ("#i_a",)
    assert one.body == Literal("1", "number", None, "l")


def test_types_of_dmn_1_1_lose_their_prefix():
    file = b"""<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" namespace="urn:m" name="m"
        xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:own="urn:m" xmlns:o="urn:o">
        <import name="other" namespace="urn:o" importType="x"/>
        <inputData name="a"><variable name="a" typeRef="feel:string"/></inputData>
        <inputData name="b"><variable name="b" typeRef="own:tB"/></inputData>
        <inputData name="c"><variable name="c" typeRef="o:tC"/></inputData></definitions>"""
    assert [one.variable.type_ref for one in read_model(file).inputs] == ["string", "tB", "other.tC"]


def test_an_element_without_variable_has_one_of_its_name():
    model = read_model(xml('<inputData id="i" name="月 收入"/>'))
    assert model.inputs[0].variable == Variable("月 收入")


ENTITIES = b'<!DOCTYPE d [<!ENTITY a "b">]><definitions>&a;</definitions>'


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", "not well-formed XML"),
        (b"<definitions>", "not well-formed XML (line 1)"),
        (b"<definitions/>", "the root is no DMN 1.1 to 1.5 definitions"),
        (xml(dmn="urn:dmn-7"), "the root is no DMN 1.1 to 1.5 definitions"),
        (ENTITIES, "a document type is not allowed"),
        (xml("<list>" * 100 + "</list>" * 100), "the elements are nested too deeply"),
        (xml("<a/>" * 30_000), "the file has too many elements"),
        (xml(" " * 2_000_000), "the file is too large"),
    ],
)
def test_files_that_are_refused_as_a_whole(file, message):
    with pytest.raises(DmnError) as refused:
        read_model(file)
    assert refused.value.problems[0].message.startswith(message)


TABLE = "<decisionTable {}>{}</decisionTable>"
OUTPUT = '<output name="o"/>'


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ('<decision id="d"/>', "a name is missing"),
        (decision("<invocation><binding/></invocation>"), "a binding has no parameter"),
        (decision("<for><in/><return/></for>"), "an iterator variable is missing"),
        (decision('<relation><column name="a"/><row/></relation>'), "row 1 has 0 cells for 1 columns"),
        (decision(TABLE.format("", "")), "the table has no output"),
        (decision(TABLE.format("", OUTPUT * 2)), "the outputs need names of their own"),
        (decision(TABLE.format('hitPolicy="BEST"', OUTPUT)), "the hit policy is unknown"),
        (decision(TABLE.format('aggregation="AVG"', OUTPUT)), "the aggregation is unknown"),
        (decision(TABLE.format("", OUTPUT + "<rule/>")), "the rule has not one cell per column"),
        (given("a") + given("a"), "the id i_a stands twice"),
    ],
)
def test_structures_that_are_refused(elements, message):
    with pytest.raises(DmnError) as refused:
        read_model(xml(elements))
    assert [problem.message for problem in refused.value.problems] == [message]


def test_all_problems_are_told_at_once():
    with pytest.raises(DmnError) as refused:
        read_model(xml('<decision id="a"/>', '<inputData id="b"/>'))
    assert [problem.element_id for problem in refused.value.problems] == ["b", "a"]
