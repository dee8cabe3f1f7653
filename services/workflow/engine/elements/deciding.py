"""The element that does not wait: a business rule task whose decision is made at once."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from services.workflow.engine.elements.element import Activity, hand_in
from services.workflow.engine.faults import Blocked
from services.workflow.engine.journal import Decided
from services.workflow.engine.runtime import runtime_of


class DecisionTask(Activity):
    """Makes a decision from all variables it sees; the result goes to the result variable."""

    def _begin(self, my_task: Task) -> bool:
        runtime, called = runtime_of(my_task), self.node.decision
        assert called is not None
        decision = runtime.value(called.id, my_task, "EXTRACT_VALUE_ERROR")
        if not isinstance(decision, str):
            raise Blocked("EXTRACT_VALUE_ERROR", f"{called.id} 的结果不是决策编号")
        verdict = runtime.around.decide(decision, runtime.seen(my_task))
        if verdict is None:
            raise Blocked("CALLED_DECISION_ERROR", f"决策 {decision} 没有部署")
        runtime.note(Decided, my_task, report=verdict.report)
        if verdict.failure is not None:
            raise Blocked("DECISION_EVALUATION_ERROR", f"决策 {decision} 没有结果:{verdict.failure}")
        hand_in(my_task, {called.result: verdict.value})
        return True
