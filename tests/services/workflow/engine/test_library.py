"""What the engine relies on in SpiffWorkflow beyond its documented interface: upgrades break here first."""

from importlib.metadata import version

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class Spec(WorkflowSpec):
    def __init__(self):
        super().__init__(name="w")
        self.data_objects = {}
        self.start = StartTask(self, "(start)")


class Noted(BpmnTaskSpec):
    """Writes down which hooks the library calls, in order."""

    calls: list[str]
    answer: bool | None = True

    def _predict(self, my_task, seen=None, looked_ahead=0, mask=0):
        pass

    def _update_hook(self, my_task):
        self.calls.append("update")
        return True

    def _on_ready_hook(self, my_task):
        self.calls.append("ready")

    def _run_hook(self, my_task):
        self.calls.append("run")
        return self.answer

    def _on_complete_hook(self, my_task):
        self.calls.append("complete")
        my_task._sync_children(self.outputs, TaskState.FUTURE)

    def _on_cancel(self, my_task):
        self.calls.append("cancel")


def chain_of_two():
    """A workflow on its first token, with one more element behind it."""
    spec = Spec()
    calls = Noted.calls = []
    first, second = Noted(spec, "a"), Noted(spec, "b")
    spec.start.connect(first)
    first.connect(second)
    workflow = BpmnWorkflow(spec, {})
    calls.clear()
    return workflow, calls


def token(workflow, name):
    return next(t for t in workflow.tasks.values() if t.task_spec.name == name)


def test_the_version_is_the_one_that_was_read():
    assert version("SpiffWorkflow") == "3.2.0"


def test_running_a_task_calls_the_hooks_and_updates_the_followers():
    workflow, calls = chain_of_two()
    task = workflow.task_tree._add_child(workflow.spec.task_specs["a"], TaskState.FUTURE)
    task.task_spec._update(task)
    assert calls == ["update", "ready"]
    assert task.state == TaskState.READY
    task.run()
    assert calls == ["update", "ready", "run", "complete", "update", "ready"]
    assert [c.task_spec.name for c in task.children] == ["b"]
    assert task.state == TaskState.COMPLETED


def test_a_task_that_gives_no_answer_is_started_and_can_be_made_ready_again():
    workflow, _calls = chain_of_two()
    task = workflow.task_tree._add_child(workflow.spec.task_specs["a"], TaskState.FUTURE)
    task.task_spec._update(task)
    task.task_spec.answer = None
    task.run()
    assert task.state == TaskState.STARTED
    task._set_state(TaskState.READY)
    task.task_spec.answer = True
    task.run()
    assert task.state == TaskState.COMPLETED


def test_completion_is_told_to_the_workflow_after_the_followers_were_updated():
    workflow, calls = chain_of_two()
    workflow._task_completed_notify = lambda task: calls.append(f"told {task.task_spec.name}")
    task = workflow.task_tree._add_child(workflow.spec.task_specs["a"], TaskState.FUTURE)
    task.task_spec._update(task)
    task.run()
    assert calls[-3:] == ["update", "ready", "told a"]


def test_cancelling_drops_unfinished_children_and_calls_the_hook_once():
    workflow, calls = chain_of_two()
    task = workflow.task_tree._add_child(workflow.spec.task_specs["a"], TaskState.WAITING)
    child = task._add_child(workflow.spec.task_specs["b"], TaskState.WAITING)
    task.cancel()
    assert calls == ["cancel"]
    assert task.state == TaskState.CANCELLED
    assert child.id not in workflow.tasks


def test_the_tree_is_two_lists_of_ids():
    workflow, _calls = chain_of_two()
    root = workflow.task_tree
    task = Task(workflow, workflow.spec.task_specs["a"], root, state=TaskState.STARTED)
    assert (task._parent, root._children[-1], workflow.tasks[task.id]) == (root.id, task.id, task)
    assert task.parent is root
    task.parent = None
    assert task._parent is None


def test_a_restored_workflow_makes_no_tasks_of_its_own():
    spec = Spec()
    assert BpmnWorkflow(spec, {}, deserializing=True).tasks == {}


def test_a_subworkflow_takes_its_owner_and_top():
    workflow, _calls = chain_of_two()
    owner = workflow.task_tree._add_child(workflow.spec.task_specs["a"], TaskState.STARTED)
    inner = BpmnSubWorkflow(workflow.spec, owner.id, workflow)
    assert (inner.parent_task_id, inner.top_workflow, inner.completed) == (owner.id, workflow, False)


def test_gateways_ask_the_script_engine_of_the_workflow():
    asked = []

    class Engine:
        def evaluate(self, task, expression, external_context=None):
            asked.append(expression)
            return expression == "yes"

    spec = Spec()

    class Exclusive(Noted, ExclusiveGateway):
        pass

    class Inclusive(Noted, MultiChoice):
        pass

    for kind in (Exclusive, Inclusive):
        gateway = kind(spec, kind.__name__)
        for name in ("no", "yes", "other"):
            gateway.connect_outgoing_if(
                None if name == "other" else name, Noted(spec, f"{kind.__name__} {name}")
            )
        spec.start.connect(gateway)
    Noted.calls = []
    workflow = BpmnWorkflow(spec, {}, script_engine=Engine())
    task = workflow.task_tree._add_child(spec.task_specs["Exclusive"], TaskState.READY)
    ExclusiveGateway._run_hook(task.task_spec, task)
    assert [c.task_spec.name for c in task.children] == ["Exclusive yes"]
    other = workflow.task_tree._add_child(spec.task_specs["Inclusive"], TaskState.READY)
    matches, defaults = other.task_spec._get_matching_outputs(other)
    assert [m.name for m in matches] == ["Inclusive yes"]
    assert [d.name for d in defaults] == ["Inclusive other"]
    assert asked == ["no", "yes", "no", "yes"]
