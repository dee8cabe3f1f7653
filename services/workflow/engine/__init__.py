"""The durable BPMN engine: definitions, tokens, variables. The only code that imports SpiffWorkflow.

[definition] = parse(xml)
program = compile_definition(definition)
execution = Execution.start(key, program, library, Surroundings(...), variables)
run = execution.run()            # run.journal: what happened, in order
state = execution.dump()         # tokens only
execution = Execution.load(state, program, library, Surroundings(...))
execution.complete(element_instance_key, {"approved": True})
"""

import logging

from services.workflow.engine.compiled import Program, compile_definition
from services.workflow.engine.definition import Definition, Node
from services.workflow.engine.execution import Execution, Run, Waiting
from services.workflow.engine.faults import (
    Blocked,
    ExpressionFailed,
    ModelError,
    ModelRefused,
    NotPossible,
    NotWaiting,
    Obstacle,
)
from services.workflow.engine.parsing import parse
from services.workflow.engine.runtime import Decide, Evaluate, Surroundings, Verdict
from services.workflow.engine.texts import expressions
from services.workflow.engine.variables import Variables

__all__ = [
    "Blocked", "Decide", "Definition", "Evaluate", "Execution", "ExpressionFailed", "ModelError",
    "ModelRefused", "Node", "NotPossible", "NotWaiting",
    "Obstacle", "Program", "Run", "Surroundings", "Variables", "Verdict", "Waiting",
    "compile_definition", "expressions", "parse",
]  # fmt: skip

# The library describes the whole task tree in every log record; nobody reads it and it costs time.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)
