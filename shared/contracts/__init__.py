"""The messages each service accepts and announces, one module per accepting service."""

from shared.contracts import (  # noqa: F401  (importing registers the messages)
    access,
    dispatch,
    evaluation,
    handler_change,
    handling,
    handling_work,
    identity,
    intake,
    notify,
    review,
    review_remedies,
    roster,
    workflow,
)
