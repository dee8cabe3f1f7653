"""DMN 1.5 as a plain library: decisions from XML, evaluated with FEEL.

`compile_model(read_model(xml)).evaluate("费用", {"年龄": 70}, environment)` gives the value, and which
rules of which tables fired on which inputs. Nothing here stores anything.
"""

from shared.dmn.decisions import Decisions, Evaluation, compile_model
from shared.dmn.errors import DmnError, Problem
from shared.dmn.model import Model
from shared.dmn.reading import read_model
from shared.dmn.session import DecisionRecord, InputRecord, OutputRecord, RuleRecord

__all__ = [
    "DecisionRecord",
    "Decisions",
    "DmnError",
    "Evaluation",
    "InputRecord",
    "Model",
    "OutputRecord",
    "Problem",
    "RuleRecord",
    "compile_model",
    "read_model",
]
