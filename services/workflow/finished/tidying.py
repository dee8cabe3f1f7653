"""The clock work that keeps the busy tables small."""

from services.workflow.finished.putting_away import put_one_away
from services.workflow.finished.removing import forget_batches, forget_evaluations, remove_one_case
from services.workflow.finished.rounds import rounds_of

TIDYING = rounds_of({
    "put away": put_one_away, "remove": remove_one_case, "forget batches": forget_batches,
    "forget evaluations": forget_evaluations,
})  # fmt: skip
