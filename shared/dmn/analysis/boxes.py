"""Sets of input combinations as boxes: per column a set of its segments, written as the bits of an int."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

Box: TypeAlias = tuple[int, ...]
"""All combinations of one segment per column whose bit is set."""


class TooLarge(Exception):
    """The work allowed for one table is used up."""


class Budget:
    """How many steps one table may still cost."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, count: int = 1) -> None:
        """Pay for work; raises TooLarge when nothing is left."""
        self.left -= count
        if self.left < 0:
            raise TooLarge


def meet(left: Box, right: Box) -> Box | None:
    """What two boxes have in common, or None."""
    common = tuple(map(int.__and__, left, right))
    return common if all(common) else None


def without(box: Box, hole: Box) -> list[Box]:
    """The box less the hole, as boxes that do not meet one another."""
    if meet(box, hole) is None:
        return [box]
    pieces = []
    inside = list(box)
    for axis, (mine, its) in enumerate(zip(box, hole, strict=True)):
        outside = mine & ~its
        if outside:
            pieces.append((*inside[:axis], outside, *inside[axis + 1 :]))
        inside[axis] = mine & its
    return pieces


def remainder(space: Box, covers: Iterable[Box], budget: Budget) -> list[Box]:
    """The space less all covers, as boxes that do not meet one another; empty when it is covered.

    Raises TooLarge.
    """
    left = [space]
    for cover in covers:
        budget.spend(len(left))
        left = [piece for box in left for piece in without(box, cover)]
        if not left:
            break
    return left


def widest(pieces: Sequence[Box], space: Box, covers: Sequence[Box], budget: Budget) -> list[Box]:
    """The same set in fewer and larger boxes, which may overlap: each reaches as far as no cover forbids.

    `pieces` is what `covers` leave of `space`. Raises TooLarge.
    """
    grown = list(dict.fromkeys(_grown(piece, space, covers, budget) for piece in pieces))
    needed = list(grown)
    for box in sorted(grown, key=_size):
        others = [other for other in needed if other != box]
        if others and not remainder(box, others, budget):
            needed = others
    return needed


def _grown(box: Box, space: Box, covers: Sequence[Box], budget: Budget) -> Box:
    """The box stretched along one column after another as far as it meets no cover."""
    for axis, whole in enumerate(space):
        budget.spend(len(covers))
        column = (*box[:axis], whole, *box[axis + 1 :])
        taken = 0
        for cover in covers:
            common = meet(column, cover)
            taken |= common[axis] if common else 0
        box = (*box[:axis], whole & ~taken, *box[axis + 1 :])
    return box


def _size(box: Box) -> int:
    size = 1
    for bits in box:
        size *= bits.bit_count()
    return size


def bits_of(mask: int) -> list[int]:
    """The numbers of the bits that are set, in ascending order."""
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as stretches without holes: first and last of each."""
    if not numbers:
        return []
    starts = [numbers[0], *(later for before, later in pairwise(numbers) if later != before + 1)]
    ends = [*(before for before, later in pairwise(numbers) if later != before + 1), numbers[-1]]
    return list(zip(starts, ends, strict=True))
