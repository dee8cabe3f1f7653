"""Random processes from blocks: each block has one way in and one way out, so every drawing can end.

Every task of the process itself writes a variable of its own name (`at_<element>`), items of multi-instance
activities write one that is local to them, and sub-processes with mappings keep theirs inside.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    io,
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

Block = tuple
_LEAVES = ("user", "job", "pass", "timer", "guard", "warn", "told", "fault", "race", "items", "enough")
_SPLITS = ("seq", "xor", "and", "or")
_AROUND = ("loop", "beside", "sub", "own", "call", "fails", "hears", "catches", "left", "each", "calls")
LEAVES = st.sampled_from([(kind,) for kind in _LEAVES])
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(_SPLITS), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.sampled_from(_AROUND), inner),
    ),
    max_leaves=8,
)
Ends = tuple[str, str]


def drawn(block: Block) -> bytes:
    """The file of a process `p` made of one block, with all that it calls."""
    plan = Plan()
    first, last = plan.draw(block)
    whole = process(start(), *plan.parts, end(), flows(f"s {first}", f"{last} e"))
    return file(whole, *plan.called, extra=message_def("m", "m") + error_def("bad", "BAD"))


@dataclass
class Plan:
    """The elements of one scope, drawn so far."""

    numbers: Iterator[int] = field(default_factory=itertools.count)
    called: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def draw(self, block: Block) -> Ends:
        """Add a block; where its way begins and ends."""
        n = next(self.numbers)
        ends: Ends = getattr(self, f"_{block[0]}")(n, *block[1:])
        return ends

    def _add(self, *parts: str) -> None:
        self.parts += parts

    def _one(self, name: str, part: str) -> Ends:
        self._add(part)
        return name, name

    def _inside(self) -> "Plan":
        return Plan(self.numbers, self.called)

    # One element ----------------------------------------------------------------------------------------

    def _user(self, n: int) -> Ends:
        return self._one(f"u{n}", user(f"u{n}"))

    def _job(self, n: int) -> Ends:
        return self._one(f"j{n}", job(f"j{n}"))

    def _pass(self, n: int) -> Ends:
        return self._one(f"p{n}", node("task", f"p{n}"))

    def _timer(self, n: int) -> Ends:
        return self._one(f"t{n}", node("intermediateCatchEvent", f"t{n}", timer("Duration", "PT1H")))

    def _items(self, n: int) -> Ends:
        """Items whose results are gathered; `mine` stays in each of them."""
        loop = many(
            "[7, 8]",
            sequential=n % 2 == 0,
            inputElement="it",
            outputCollection=f"r{n}",
            outputElement="=mine",
        )
        return self._one(f"i{n}", user(f"i{n}", loop))

    def _enough(self, n: int) -> Ends:
        """Parallel items of which two are enough."""
        loop = many("[1, 2, 3]", until="numberOfCompletedInstances = 2")
        return self._one(f"i{n}", user(f"i{n}", loop))

    # Borders and races ----------------------------------------------------------------------------------

    def _bordered(self, n: int, activity: str, part: str, definition: str) -> Ends:
        self._add(part, boundary(f"b{n}", activity, definition), node("exclusiveGateway", f"m{n}"))
        self._add(flows(f"{activity} m{n}", f"b{n} m{n}"))
        return activity, f"m{n}"

    def _guard(self, n: int) -> Ends:
        return self._bordered(n, f"u{n}", user(f"u{n}"), timer("Duration", "PT1H"))

    def _told(self, n: int) -> Ends:
        return self._bordered(n, f"u{n}", user(f"u{n}"), message("m"))

    def _fault(self, n: int) -> Ends:
        return self._bordered(n, f"j{n}", job(f"j{n}"), error("bad"))

    def _warn(self, n: int) -> Ends:
        self._add(user(f"u{n}"), boundary(f"b{n}", f"u{n}", timer("Cycle", "R2/PT1H"), interrupting=False))
        self._add(user(f"w{n}"), end(f"e{n}"), flows(f"b{n} w{n} e{n}"))
        return f"u{n}", f"u{n}"

    def _race(self, n: int) -> Ends:
        """Two timers and a message: the first wins."""
        catch = "intermediateCatchEvent"
        self._add(
            node("eventBasedGateway", f"g{n}"), node("exclusiveGateway", f"m{n}"),
            node(catch, f"t{n}", timer("Duration", "PT1H")), node(catch, f"d{n}", timer("Duration", "PT2H")),
            node(catch, f"c{n}", message("m")),
            flows(f"g{n} t{n} m{n}", f"g{n} d{n} m{n}", f"g{n} c{n} m{n}"),
        )  # fmt: skip
        return f"g{n}", f"m{n}"

    # Ways -----------------------------------------------------------------------------------------------

    def _seq(self, n: int, blocks: list[Block]) -> Ends:
        ends = [self.draw(block) for block in blocks]
        for (_, before), (after, _) in itertools.pairwise(ends):
            self._add(flows(f"{before} {after}"))
        return ends[0][0], ends[-1][1]

    def _split(self, n: int, blocks: list[Block], kind: str, conditions: list[str]) -> Ends:
        self._add(node(kind, f"f{n}"), node(kind, f"g{n}"))
        for block, condition in zip(blocks, conditions, strict=True):
            first, last = self.draw(block)
            self._add(flows(f"f{n} {first}{condition}", f"{last} g{n}"))
        return f"f{n}", f"g{n}"

    def _and(self, n: int, blocks: list[Block]) -> Ends:
        return self._split(n, blocks, "parallelGateway", [""] * len(blocks))

    def _or(self, n: int, blocks: list[Block]) -> Ends:
        """Which ways are taken hangs on the last answer; the first way always is."""
        conditions = [f" ?modulo(last, {i + 2}) = 0 or {i} = 0" for i in range(len(blocks))]
        return self._split(n, blocks, "inclusiveGateway", conditions)

    def _xor(self, n: int, blocks: list[Block]) -> Ends:
        conditions = [f" ?modulo(last, {len(blocks)}) = {i}" for i in range(len(blocks))]
        return self._split(n, blocks, "exclusiveGateway", conditions)

    def _loop(self, n: int, block: Block) -> Ends:
        first, last = self.draw(block)
        count = ext(f'script expression="=if n{n} = null then 1 else n{n} + 1" resultVariable="n{n}"')
        self._add(node("exclusiveGateway", f"m{n}"), node("scriptTask", f"s{n}", count))
        self._add(node("exclusiveGateway", f"x{n}", default=f"x{n}-o{n}"), node("task", f"o{n}"))
        self._add(flows(f"m{n} {first}", f"{last} s{n} x{n} o{n}", f"x{n} m{n} ?n{n} < 3"))
        return f"m{n}", f"o{n}"

    def _beside(self, n: int, block: Block) -> Ends:
        return self._and(n, [("user",), ("loop", block)])

    # Scopes ---------------------------------------------------------------------------------------------

    def _body(self, n: int, block: Block, ending: str, *more: str) -> str:
        inner = self._inside()
        first, last = inner.draw(block)
        ways = flows(f"is{n} {first}", f"{last} ie{n}")
        return "".join([start(f"is{n}"), *inner.parts, ending, ways, *more])

    def _sub(self, n: int, block: Block) -> Ends:
        return self._one(f"sub{n}", node("subProcess", f"sub{n}", self._body(n, block, end(f"ie{n}"))))

    def _own(self, n: int, block: Block) -> Ends:
        """A sub-process with a `last` of its own, of which one value comes out."""
        mapping = io("in last = =last", f"out out{n} = =last")
        return self._one(
            f"sub{n}", node("subProcess", f"sub{n}", mapping, self._body(n, block, end(f"ie{n}")))
        )

    def _left(self, n: int, block: Block) -> Ends:
        """A sub-process that a message takes away."""
        part = node("subProcess", f"sub{n}", self._body(n, block, end(f"ie{n}")))
        return self._bordered(n, f"sub{n}", part, message("m"))

    def _fails(self, n: int, block: Block) -> Ends:
        part = node("subProcess", f"sub{n}", self._body(n, block, end(f"ie{n}", error("bad"))))
        return self._bordered(n, f"sub{n}", part, error("bad"))

    def _each(self, n: int, block: Block) -> Ends:
        """A sub-process for each of two items."""
        loop = many("[1, 2]", sequential=n % 2 == 0, inputElement=f"it{n}")
        return self._one(f"sub{n}", node("subProcess", f"sub{n}", loop, self._body(n, block, end(f"ie{n}"))))

    def _call(self, n: int, block: Block, loop: str = "") -> Ends:
        self.called.append(process(self._body(n, block, end(f"ie{n}")), id=f"q{n}"))
        called = ext(f'calledElement processId="q{n}"')
        return self._one(f"k{n}", node("callActivity", f"k{n}", called, loop))

    def _calls(self, n: int, block: Block) -> Ends:
        """Another process for each of two items."""
        return self._call(n, block, many("[1, 2]", sequential=n % 2 == 0))

    def _hears(self, n: int, block: Block) -> Ends:
        """A sub-process that listens: an interrupting timer, a message and a cycle beside the rest."""
        return self._listening(
            n, block, end(f"ie{n}"),
            self._handler(f"x{n}", timer("Duration", "PT1H"), block),
            self._handler(f"y{n}", message("m"), ("user",), interrupting=False),
            self._handler(f"z{n}", timer("Cycle", "R2/PT1H"), ("job",), interrupting=False),
        )  # fmt: skip

    def _catches(self, n: int, block: Block) -> Ends:
        """A sub-process that ends with an error, which its own event sub-process catches."""
        handler = self._handler(f"x{n}", error("bad"), block)
        return self._listening(n, block, end(f"ie{n}", error("bad")), handler)

    def _listening(self, n: int, block: Block, ending: str, *handlers: str) -> Ends:
        return self._one(f"sub{n}", node("subProcess", f"sub{n}", self._body(n, block, ending, *handlers)))

    def _handler(self, name: str, definition: str, block: Block, interrupting: bool = True) -> str:
        inner = self._inside()
        first, last = inner.draw(block)
        way = flows(f"{name}_s {first}", f"{last} {name}e")
        return event_sub(name, definition, *inner.parts, end(f"{name}e"), way, interrupting=interrupting)
