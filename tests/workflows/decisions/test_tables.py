"""What holds for every decision table: it can be edited, names its clauses, and knows only known codes."""

import csv
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from tests.workflows.decisions.deciding import FILES, NAMES, clauses, model, policy, rules, tables
from tests.workflows.diagram import WORKFLOWS

every_file = pytest.mark.parametrize("name", NAMES)
DMN = {
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
}
CATALOGUES = (
    "intake.matters",
    "intake.person_categories",
    "eligibility.matters",
    "eligibility.circumstances",
)
CODE = re.compile(r'"([A-Z][A-Z_]+)"')
NUMBER = re.compile(r"(?<![\w.\[])\d+(?![\w\]])")


def known_clauses() -> set[str]:
    with (WORKFLOWS.parent / "docs" / "clauses.csv").open(encoding="utf-8-sig") as file:
        return {row["id"] for row in csv.DictReader(file)}


def xml(name: str) -> etree._ElementTree:
    return etree.parse(WORKFLOWS / "decisions" / f"{name}.dmn")


def cells(name: str) -> list[str]:
    return [cell for rule in rules(name).values() for cell in (*rule.inputs, *rule.outputs)]


def test_the_four_decisions_of_the_domain_are_there() -> None:
    assert {path.stem for path in FILES} >= {"scope", "means_exemption", "fast_lane", "quality_grade"}


@every_file
def test_the_file_is_valid_dmn_as_camunda_modeler_writes_it(name: str) -> None:
    package = find_spec("SpiffWorkflow")
    assert package is not None
    assert package.origin is not None
    schemas = Path(package.origin).parent / "dmn" / "parser" / "schema"
    etree.XMLSchema(etree.parse(schemas / "DMN13.xsd")).assertValid(xml(name))


@every_file
def test_the_file_is_named_after_its_decision_and_says_what_it_is_for(name: str) -> None:
    assert name in {decision.id for decision in model(name).decisions}
    for element in ("dmn:description", *(f"dmn:decision[{n + 1}]/dmn:description" for n in range(2))):
        assert xml(name).findtext(element, "", DMN), element


@every_file
def test_ids_are_unique(name: str) -> None:
    ids = [element.get("id") for element in xml(name).iter(etree.Element) if element.get("id")]
    assert len(ids) == len(set(ids))


def test_decisions_of_different_files_have_different_ids() -> None:
    ids = [decision.id for name in NAMES for decision in model(name).decisions]
    assert len(ids) == len(set(ids))


@every_file
def test_everything_is_drawn(name: str) -> None:
    """Each decision and input has its shape, each requirement its line."""
    root = xml(name)
    drawn = {element.get("dmnElementRef") for element in root.iterfind(".//*[@dmnElementRef]")}
    kinds = ("decision", "inputData", "informationRequirement")
    ids = {element.get("id") for kind in kinds for element in root.iterfind(f".//dmn:{kind}", DMN)}
    assert drawn == ids


@every_file
def test_each_row_names_its_clause(name: str) -> None:
    known = known_clauses()
    for id_, rule in rules(name).items():
        assert "：" in rule.description, id_
        assert set(clauses(rule)) <= known, id_


@every_file
def test_the_clause_in_the_result_is_the_annotated_one(name: str) -> None:
    for table in tables(name).values():
        columns = [output.name for output in table.outputs]
        for rule in table.rules:
            if "clause" in columns:
                assert rule.outputs[columns.index("clause")].strip('"') in clauses(rule), rule.id


@every_file
def test_columns_have_chinese_headings(name: str) -> None:
    for table in tables(name).values():
        labels = [each.label for each in table.inputs] + [each.label for each in table.outputs]
        assert all(re.search("[一-鿿]", label) for label in labels), labels
        assert len(set(labels)) == len(labels)


@every_file
def test_codes_are_those_of_the_policy(name: str) -> None:
    known = {entry["code"] for path in CATALOGUES for entry in policy("{}").get(path)}
    assert {code for cell in cells(name) for code in CODE.findall(cell)} <= known


@every_file
def test_numbers_and_periods_stand_in_the_policy(name: str) -> None:
    """A table holds no number of its own but zero and the place in a list of the policy."""
    assert {
        number for cell in cells(name) for number in NUMBER.findall(CODE.sub("", cell)) if '"' not in cell
    } <= {"0"}


def test_the_catalogues_of_the_policy_name_known_clauses_and_no_code_twice() -> None:
    entries = [entry for path in CATALOGUES for entry in policy("{}").get(path)]
    assert {entry["clause"] for entry in entries} <= known_clauses()
    codes = [entry["code"] for entry in entries]
    assert len(codes) == len(set(codes))
