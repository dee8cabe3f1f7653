"""Where a token of the walk is: its open scopes with their variables, its element, the state of the case."""

import json
from dataclasses import dataclass, replace
from typing import Any

from tests.workflows.diagram import Diagram, Flow, Node, diagram
from tests.workflows.liveness import live

Variables = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """A process or sub-process that is open: what opened it, its own variables as JSON.

    `branches` holds, for every parallel gateway that was split here and not joined yet, the branches
    still to be walked.
    """

    process: str
    opened_by: Node | None
    text: str
    branches: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def open(cls, process: str, opened_by: Node | None, variables: Variables) -> "Scope":
        return cls(process, opened_by, json.dumps(variables, sort_keys=True))

    @property
    def is_process(self) -> bool:
        return self.opened_by is None or self.opened_by.kind == "callActivity"

    @property
    def element(self) -> str | None:
        """The sub-process whose scope this is; None for a process."""
        return None if self.is_process or self.opened_by is None else self.opened_by.id

    @property
    def own(self) -> Variables:
        return dict(json.loads(self.text))

    def holding(self, changes: Variables) -> "Scope":
        return replace(self, text=json.dumps(self.own | changes, sort_keys=True))


@dataclass(frozen=True)
class Spot:
    """Where a token is; `aside` marks one that a non-interrupting boundary event made, by its depth."""

    scopes: tuple[Scope, ...]
    node: Node
    state: str | None = None
    aside: int = 0

    @property
    def diagram(self) -> Diagram:
        return diagram(self.scopes[-1].process)

    @property
    def root(self) -> int:
        """The scope of the process that the token is in; what the caller held was copied into it."""
        return max(depth for depth, scope in enumerate(self.scopes) if scope.is_process)

    @property
    def variables(self) -> Variables:
        seen: Variables = {}
        for scope in self.scopes[self.root :]:
            seen |= scope.own
        return seen

    def key(self) -> tuple[object, ...]:
        return self.scopes, self.node.id, self.state, self.aside

    def holding(self, changes: Variables) -> "Spot":
        """Each variable is written where it is held, else into the process (Zeebe's rule)."""
        scopes = list(self.scopes)
        for name, value in changes.items():
            held = [d for d, s in enumerate(scopes) if d >= self.root and name in s.own]
            home = held[-1] if held else self.root
            scopes[home] = scopes[home].holding({name: value})
        return replace(self, scopes=tuple(scopes))

    def forgetting(self) -> "Spot":
        """Without what is never read again; the callers' variables wait for the end of the call."""
        matters = live(self.scopes[-1].process)[self.node.id]
        kept = [
            replace(s, text=json.dumps({k: v for k, v in s.own.items() if k in matters}, sort_keys=True))
            for s in self.scopes[self.root :]
        ]
        return replace(self, scopes=(*self.scopes[: self.root], *kept))

    def at(self, node: str) -> "Spot":
        return replace(self, node=self.diagram.nodes[node])

    def inside(self, scope: Scope, start: Node) -> "Spot":
        return replace(self, scopes=(*self.scopes, scope), node=start)

    def outside(self, depth: int, node: Node) -> "Spot":
        """Where the scopes from `depth` inwards have ended or are cancelled, with all their tokens."""
        return replace(
            self, scopes=self.scopes[:depth], node=node, aside=self.aside if self.aside <= depth else 0
        )

    def beside(self, depth: int, node: Node) -> "Spot":
        """The token that a non-interrupting event makes; its scope's other branches are not its own."""
        scope = replace(self.scopes[depth - 1], branches=())
        aside = min(depth, self.aside) if self.aside else depth
        return replace(self, scopes=(*self.scopes[: depth - 1], scope), node=node, aside=aside)

    def splitting(self, flows: list[Flow]) -> "Spot":
        """On the first of the branches; the others follow when it has reached the join."""
        innermost = self.scopes[-1]
        waiting = (*innermost.branches, tuple(flow.target for flow in flows[1:]))
        return replace(self._branching(waiting), node=self.diagram.nodes[flows[0].target])

    def next_branch(self) -> "Spot | None":
        """At the beginning of the next branch; None when all have come to the join."""
        *outer, here = self.scopes[-1].branches
        return self._branching((*outer, here[1:])).at(here[0]) if here else None

    def joined(self) -> "Spot":
        return self._branching(self.scopes[-1].branches[:-1])

    def _branching(self, branches: tuple[tuple[str, ...], ...]) -> "Spot":
        return replace(self, scopes=(*self.scopes[:-1], replace(self.scopes[-1], branches=branches)))
