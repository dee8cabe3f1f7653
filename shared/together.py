"""Several changes as one statement, where the database can do that."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session


def together(session: Session, statements: Sequence[sa.Update | sa.Delete]) -> None:
    """Do all of these, none of which sees what another does: on PostgreSQL as one statement."""
    if not statements:
        return
    last, *others = statements
    if others and session.get_bind().dialect.name == "postgresql":
        last = last.add_cte(*(other.cte(f"other_{number}") for number, other in enumerate(others)))
        others = []
    for statement in (*others, last):
        session.execute(statement, execution_options={"synchronize_session": False})
