"""The record of proven clauses tells the truth, and unknown ids are refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clauses_plugin import known_clauses
from tests.clauses_report import report

ROOT = Path(__file__).parent.parent
MODULE = """
import pytest

@pytest.mark.clause("S0-3.2", "S0-3.3")
def test_passes(): pass

@pytest.mark.clause("S0-3.2")
def test_fails(): assert False

@pytest.fixture
def breaks_afterwards():
    yield
    raise ValueError

@pytest.mark.clause("S0-3.3")
def test_breaks_afterwards(breaks_afterwards): pass

@pytest.mark.clause("S0-99.9")
def test_names_no_clause(): pass

def test_unmarked(): pass
"""


def run(folder: Path, module: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest on a module of its own, with the plugin."""
    (folder / "test_module.py").write_text(module)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = clause(id): proves it\n")
    plugins = ["-p", "tests.clauses_plugin", "-p", "xdist", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, str(folder)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("workers", ["0", "2"])
def test_only_whole_passes_of_known_clauses_are_recorded(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, MODULE, "-n", workers, "--record-clauses", str(tmp_path / "record.json"))
    assert done.returncode == 1
    assert "docs/clauses.csv has no clause S0-99.9" in done.stdout
    assert json.loads((tmp_path / "record.json").read_text()) == {
        "S0-3.2": {"test_module.py::test_passes": True, "test_module.py::test_fails": False},
        "S0-3.3": {"test_module.py::test_passes": True, "test_module.py::test_breaks_afterwards": False},
        "S0-99.9": {"test_module.py::test_names_no_clause": False},
    }


def test_the_table_names_each_clause_once() -> None:
    clauses = known_clauses()
    assert len(clauses) == len(set(clauses)) == 488
    assert {clause.split("-")[0] for clause in clauses} == {"S0", "S1", "S2", "S3", "S4"}


def test_the_report_has_a_line_per_clause_and_a_count_per_source() -> None:
    outcomes = {"S0-1": {"t::b": True, "t::a": True, "t::c": False}, "S1-1": {"t::d": False}}
    assert report(["S0-1", "S0-2", "S1-1"], outcomes) == (
        "S0-1  t::a, t::b\n"
        "S0-2  none\n"
        "S1-1  none\n"
        "S0: 1 of 2 clauses have a passing test\n"
        "S1: 0 of 1 clauses have a passing test\n"
    )
