"""The library's script engine, reduced to one thing: is this condition true?"""

from __future__ import annotations

from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from services.workflow.engine.faults import Blocked
from services.workflow.engine.runtime import runtime_of


class Conditions(PythonScriptEngine):
    """Evaluates conditions as FEEL; runs no script of any kind."""

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        value = runtime_of(task).value(expression, task, "CONDITION_ERROR")
        if not isinstance(value, bool):
            raise Blocked("CONDITION_ERROR", f"条件 {expression} 没有得到真或假")
        return value

    def execute(self, task: Task, script: str, external_context: Any = None) -> NoReturn:
        raise PermissionError("no scripts are run")

    def call_service(self, task: Task, **kwargs: Any) -> NoReturn:
        raise PermissionError("services are called by the host")
