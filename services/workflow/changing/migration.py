"""Instances go over to another version of their model, keeping everything that is under way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.workflow.changing.effects import Effects, effects_since, impossible, obstacles_told, undone
from services.workflow.changing.migration_rows import keep_for_undo, rename_rows, snapshot
from services.workflow.deploying.caseflow import possible_before
from services.workflow.engine import Definition, Execution, Obstacle
from services.workflow.engine.migrating import Change, Route, study
from services.workflow.engine.obstacles import CASE_STATE, UNKNOWN_ELEMENT, obstacle
from services.workflow.engine.rewriting import arm, drop, rewrite
from services.workflow.models import ModelVersion
from services.workflow.problems import AlreadyThere, CaseAsItStands, ChangeImpossible
from services.workflow.programs import Pins, pinned, program_of, programs_of
from services.workflow.stepping import Step, resume
from shared.contracts.case_states import CASE_STATES
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork


@dataclass(frozen=True)
class Plan:
    """To which version, and to which element where the ids differ. Called processes keep their versions but
    for those that have a plan of their own.
    """

    target: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    called: tuple[Plan, ...] = ()


def migrate_instance(work: UnitOfWork, key: int, plan: Plan, by: str, reason: str = "") -> Effects:
    """Do it; what came of it. Nothing moves on by it. A suspended instance may be migrated too.

    Raises ChangeImpossible with everything that stands in the way, AlreadyThere, and NotFound for a version.
    """
    step = resume(work, key, suspended=True)
    instance, number = step.instance, step.instance.history_length
    if instance.unfinished:
        raise CaseAsItStands("流程正在运行，请稍后再迁移。")
    targets = {model.process_id: (model, each) for model, each in _models(work, plan)}
    routes, faults = _routes(step, targets)
    change = study(step.execution, routes)
    obstacles = [*faults, *change.obstacles, *_case_faults(step, change, routes)]
    if obstacles:
        raise impossible(*obstacles)
    before = snapshot(step, change)
    _tell(step, plan, change, routes, (by, reason))
    _go_over(step, change, routes, targets)
    keep_for_undo(step, before, plan.target, by)
    return effects_since(work.session, instance, number)


def preview_migration(work: UnitOfWork, key: int, plan: Plan, by: str) -> Effects:
    """What `migrate_instance` would come to: it is done, and undone."""
    with undone(work):
        return migrate_instance(work, key, plan, by)


def _models(work: UnitOfWork, plan: Plan) -> Iterator[tuple[ModelVersion, Plan]]:
    for each in (plan, *plan.called):
        model = work.session.get(ModelVersion, each.target)
        if model is None:
            raise NotFound("没有找到要迁移到的版本。")
        yield model, each


def _routes(
    step: Step, targets: Mapping[str, tuple[ModelVersion, Plan]]
) -> tuple[dict[str, Route], list[Obstacle]]:
    program, called = programs_of(step.session, step.instance)
    running = {**called, program.definition.process_id: program}
    own = next(iter(targets.values()))[0]
    if own.process_id != step.instance.process_id or not targets.keys() <= running.keys():
        raise ChangeImpossible("只能迁移到同一个流程的另一个版本，没有作任何改动。")
    if all(model.key == step.model_key(name) for name, (model, _) in targets.items()):
        raise AlreadyThere
    routes, faults = {}, []
    for name, (model, plan) in targets.items():
        target = program_of(step.session, model.key, model.sha256, name).definition
        route = routes[name] = Route(running[name].definition, target, plan.mapping)
        faults += [obstacle(id, UNKNOWN_ELEMENT) for id in plan.mapping if id not in route.source.nodes]
        faults += [obstacle(i, UNKNOWN_ELEMENT) for i in plan.mapping.values() if i not in target.nodes]
    return routes, faults


def _case_faults(step: Step, change: Change, routes: Mapping[str, Route]) -> Iterator[Obstacle]:
    """Places where the case cannot be in the state it is in, though it could where the token stands now."""
    state = step.instance.case_state
    if state is None:
        return
    own = step.instance.process_id
    sources = _definitions(step)
    before = possible_before(sources, own)
    after = possible_before({**sources, **{name: route.target for name, route in routes.items()}}, own)
    for node, target in change.moves.values():
        named = target.setting("caseState")
        newly = named not in (None, node.setting("caseState"), state)
        could = state in before.get((node.process, node.id), ()) or state == node.setting("caseState")
        can = state in after.get((target.process, target.id), ()) or state == named
        if newly or (could and not can):
            yield obstacle(node.id, CASE_STATE, state=CASE_STATES.get(state, state))


def _definitions(step: Step) -> dict[str, Definition]:
    program, called = programs_of(step.session, step.instance)
    known = {name: other.definition for name, other in called.items()}
    return {**known, program.definition.process_id: program.definition}


def _tell(
    step: Step, plan: Plan, change: Change, routes: Mapping[str, Route], who: tuple[str, str]
) -> None:  # fmt: skip
    moves = [
        {"key": str(key), "element": node.id, "target": target.id, "name": target.name}
        for key, (node, target) in sorted(change.moves.items())
    ]
    by, reason = who
    step.past(
        "instance_migrated", by=by, reason=reason, source=str(step.instance.definition_key),
        target=str(plan.target), mapping={name: dict(route.mapping) for name, route in routes.items()},
        called={each.target: dict(each.mapping) for each in plan.called}, elements=moves,
    )  # fmt: skip
    if change.dropped:
        nodes = [step.execution.top.runtime.by_key[key].task_spec.node.id for key in change.dropped]
        step.past("waits_dropped", elements=nodes)


def _go_over(
    step: Step, change: Change, routes: Mapping[str, Route], targets: Mapping[str, tuple[ModelVersion, Plan]]
) -> None:
    drop(step.execution, change)
    step.note()
    state = rewrite(step.execution.dump(), routes)
    _pin(step, [model for model, _ in targets.values()])
    program, called = programs_of(step.session, step.instance)
    step.execution = Execution.load(state, program, called, step.around)
    with obstacles_told():
        arm(step.execution, change)
    names = {key: (target.id, target.name[:255]) for key, (_, target) in change.moves.items()}
    rename_rows(step.session, step.instance, names, {n: (m.key, m.version) for n, (m, _) in targets.items()})
    step.keep()


def _pin(step: Step, models: list[ModelVersion]) -> None:
    """The new versions, and the newest ones of what only they call; everything else stays pinned."""
    instance, own = step.instance, models[0]
    pins: Pins = {}
    for model in models:
        pins = {**pinned(step.session, model), **pins}
    pins |= {name: (int(key), sha) for name, (key, sha) in instance.pins.items()}
    pins |= {model.process_id: (model.key, model.sha256) for model in models[1:]}
    instance.pins = dict(pins)
    instance.definition_key, instance.definition_sha = own.key, own.sha256
    instance.version = own.version
