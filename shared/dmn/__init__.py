"""DMN 1.5 as a plain library: `read_model(xml)` says what a file holds."""

from shared.dmn.errors import DmnError, Problem
from shared.dmn.model import Model
from shared.dmn.reading import read_model

__all__ = ["DmnError", "Model", "Problem", "read_model"]
