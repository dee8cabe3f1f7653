"""Random processes on random paths: saved and loaded after every step, or never: the same must happen."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    event_sub,
    ext,
    file,
    flows,
    job,
    many,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.engine.walk import Walk

Block = tuple
LEAVES = st.sampled_from(
    [("user",), ("job",), ("pass",), ("timer",), ("guard",), ("warn",), ("race",), ("many",)]
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        *(
            st.tuples(st.just(kind), st.lists(inner, min_size=2, max_size=3))
            for kind in ("seq", "xor", "and", "or")
        ),
        *(st.tuples(st.just(kind), inner) for kind in ("loop", "sub", "fails", "beside", "hears", "catches")),
    ),
    max_leaves=8,
)


@dataclass
class Plan:
    """Draws blocks; each has one way in and one way out."""

    numbers: Iterator[int] = field(default_factory=itertools.count)
    parts: list[str] = field(default_factory=list)

    def draw(self, block: Block) -> tuple[str, str]:
        drawn: tuple[str, str] = getattr(self, f"_{block[0]}")(next(self.numbers), *block[1:])
        return drawn

    def add(self, *parts: str) -> None:
        self.parts += parts

    def _one(self, part: str, name: str) -> tuple[str, str]:
        self.add(part)
        return name, name

    def _user(self, n):
        return self._one(user(f"u{n}"), f"u{n}")

    def _job(self, n):
        return self._one(job(f"j{n}"), f"j{n}")

    def _pass(self, n):
        return self._one(node("task", f"p{n}"), f"p{n}")

    def _timer(self, n):
        return self._one(node("intermediateCatchEvent", f"t{n}", timer("Duration", "PT1H")), f"t{n}")

    def _many(self, n):
        return self._one(user(f"i{n}", many("[1, 2]", sequential=n % 2 == 0)), f"i{n}")

    def _guard(self, n):
        self.add(
            user(f"u{n}"),
            boundary(f"b{n}", f"u{n}", timer("Duration", "PT1H")),
            node("exclusiveGateway", f"m{n}"),
        )
        self.add(flows(f"u{n} m{n}", f"b{n} m{n}"))
        return f"u{n}", f"m{n}"

    def _warn(self, n):
        self.add(user(f"u{n}"), boundary(f"b{n}", f"u{n}", timer("Cycle", "R2/PT1H"), interrupting=False))
        self.add(user(f"w{n}"), end(f"e{n}"), flows(f"b{n} w{n} e{n}"))
        return f"u{n}", f"u{n}"

    def _race(self, n):
        self.add(
            node("eventBasedGateway", f"g{n}"),
            node("intermediateCatchEvent", f"t{n}", timer("Duration", "PT1H")),
            node("intermediateCatchEvent", f"c{n}", message("m")),
            node("exclusiveGateway", f"m{n}"),
            flows(f"g{n} t{n} m{n}", f"g{n} c{n} m{n}"),
        )
        return f"g{n}", f"m{n}"

    def _seq(self, n, blocks):
        drawn = [self.draw(b) for b in blocks]
        for (_, before), (after, _) in itertools.pairwise(drawn):
            self.add(flows(f"{before} {after}"))
        return drawn[0][0], drawn[-1][1]

    def _split(self, n, blocks, kind, conditions, **attributes):
        self.add(node(kind, f"f{n}", **attributes), node(kind, f"g{n}"))
        for block, condition in zip(blocks, conditions, strict=True):
            first, last = self.draw(block)
            self.add(flows(f"f{n} {first}{condition}", f"{last} g{n}"))
        return f"f{n}", f"g{n}"

    def _and(self, n, blocks):
        return self._split(n, blocks, "parallelGateway", [""] * len(blocks))

    def _or(self, n, blocks):
        conditions = [f" ?modulo({n}, {i + 2}) = 0 or {i} = 0" for i in range(len(blocks))]
        return self._split(n, blocks, "inclusiveGateway", conditions)

    def _xor(self, n, blocks):
        conditions = [f" ?modulo({n}, {len(blocks)}) = {i}" for i in range(len(blocks))]
        return self._split(n, blocks, "exclusiveGateway", conditions)

    def _loop(self, n, block):
        first, last = self.draw(block)
        count = ext(f'script expression="=if n{n} = null then 1 else n{n} + 1" resultVariable="n{n}"')
        self.add(node("exclusiveGateway", f"m{n}"), node("scriptTask", f"s{n}", count))
        self.add(node("exclusiveGateway", f"x{n}", default=f"x{n}-o{n}"), node("task", f"o{n}"))
        self.add(flows(f"m{n} {first}", f"{last} s{n} x{n} o{n}", f"x{n} m{n} ?n{n} < 3"))
        return f"m{n}", f"o{n}"

    def _sub(self, n, block, *guards):
        inner = Plan(self.numbers)
        first, last = inner.draw(block)
        body = [start(f"is{n}"), *inner.parts, end(f"ie{n}"), flows(f"is{n} {first}", f"{last} ie{n}")]
        return self._one(node("subProcess", f"sub{n}", *body), f"sub{n}")

    def _fails(self, n, block):
        inner = Plan(self.numbers)
        first, last = inner.draw(block)
        body = [
            start(f"is{n}"),
            *inner.parts,
            end(f"ie{n}", error("bad")),
            flows(f"is{n} {first}", f"{last} ie{n}"),
        ]
        self.add(node("subProcess", f"sub{n}", *body), boundary(f"b{n}", f"sub{n}", error("bad")))
        self.add(node("exclusiveGateway", f"m{n}"), flows(f"sub{n} m{n}", f"b{n} m{n}"))
        return f"sub{n}", f"m{n}"

    def _hears(self, n, block):
        """A sub-process that listens: an interrupting timer, a message and a cycle beside the rest."""
        return self._listening(
            n, block, end(f"ie{n}"),
            self._handler(f"x{n}", timer("Duration", "PT1H"), block),
            self._handler(f"y{n}", message("m"), ("user",), interrupting=False),
            self._handler(f"z{n}", timer("Cycle", "R2/PT1H"), ("job",), interrupting=False),
        )  # fmt: skip

    def _catches(self, n, block):
        """A sub-process that ends with an error, which its own event sub-process catches."""
        return self._listening(
            n, block, end(f"ie{n}", error("bad")), self._handler(f"x{n}", error("bad"), block)
        )

    def _listening(self, n, block, ending, *handlers):
        inner = Plan(self.numbers)
        first, last = inner.draw(block)
        body = [start(f"is{n}"), *inner.parts, ending, flows(f"is{n} {first}", f"{last} ie{n}"), *handlers]
        return self._one(node("subProcess", f"sub{n}", *body), f"sub{n}")

    def _handler(self, name, definition, block, **details):
        inner = Plan(self.numbers)
        first, last = inner.draw(block)
        way = flows(f"{name}_s {first}", f"{last} {name}e")
        return event_sub(name, definition, *inner.parts, end(f"{name}e"), way, **details)

    def _beside(self, n, block):
        return self._and(n, [("user",), ("loop", block)])


def drawn(block: Block) -> bytes:
    """The file of a process made of one block."""
    plan = Plan()
    first, last = plan.draw(block)
    whole = process(start(), *plan.parts, end(), flows(f"s {first}", f"{last} e"))
    return file(whole, extra=message_def("m", "m") + error_def("bad", "BAD"))


def move(case: Walk, choice: int) -> None:
    """Move one of the waiting tokens."""
    waits = sorted(case._load().waiting(), key=lambda w: w.key)
    chosen = waits[choice % len(waits)]
    act = case._load().fire if chosen.node.trigger is not None else case._load().complete
    act(chosen.key, {"last": choice})
    case._settle()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
@given(block=BLOCKS, path=st.lists(st.integers(0, 20), min_size=60, max_size=60))
def test_saving_and_loading_changes_nothing(block, path):
    xml = drawn(block)
    kept = Walk(xml, durable=False, case_id="c")
    stored = Walk(xml, durable=True, case_id="c")
    for choice in path:
        assert stored.waiting == kept.waiting
        assert stored.ended == kept.ended
        if kept.ended:
            break
        assert kept.waiting, "a process that has not ended waits for something"
        move(kept, choice)
        move(stored, choice)
    assert stored.happened() == kept.happened()
    assert stored.stored == kept.stored
    assert not [e for e in kept.happened() if e.startswith("!")]
    if kept.ended:
        assert kept.stored.keys() <= {1}
