"""`make bench` runs, prints a row per figure and keeps the page. How fast anything is, is not tested here."""

import re
from datetime import date

import pytest

from bench import page
from bench.__main__ import all_figures, main
from bench.measuring import Row

ROW = re.compile(r"[a-z-]+ \| [0-9.]+ \S+ \| ≤ [0-9.]+ \S+ \| (yes|no)")


def test_one_figure_is_printed_and_written(capsys, tmp_path):
    target = tmp_path / "performance.md"
    assert main(["feel-condition"], target) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1
    assert ROW.fullmatch(printed[0])
    assert f"| {printed[0]} |" in target.read_text()


def test_an_unknown_figure_is_named(capsys, tmp_path):
    assert main(["speed-of-light"], tmp_path / "performance.md") == 2
    assert "speed-of-light" in capsys.readouterr().err
    assert not (tmp_path / "performance.md").exists()


@pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: figure.name)
def test_every_figure_stands_in_the_page(figure):
    assert f"| {figure.name} |" in page.PAGE.read_text()


def test_a_row_is_renewed_and_the_others_stay(tmp_path):
    target = tmp_path / "performance.md"
    page.write([Row("b", "2 µs", "≤ 3 µs", True, "two"), Row("a", "9 µs", "≤ 3 µs", False, "one")],
               date(2024, 1, 1), target)  # fmt: skip
    page.write([Row("a", "1 µs", "≤ 3 µs", True, "one")], date(2024, 2, 2), target)
    rows = [line for line in target.read_text().splitlines() if re.match(r"\| [ab] ", line)]
    assert [row[:27] for row in rows] == ["| a | 1 µs | ≤ 3 µs | yes |", "| b | 2 µs | ≤ 3 µs | yes |"]
    assert "2024-02-02" in rows[0]
    assert "2024-01-01" in rows[1]
