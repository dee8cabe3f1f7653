"""How PostgreSQL answers searches among many rows: page by page along an index, never reading all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench.house import House
from bench.many_processes import fill
from bench.models import APPROVAL, FORM
from bench.servers import settings_in
from services.workflow import paging
from services.workflow.models import ModelVersion

PROCESSES = 4000
FEW = 450
"""Rows of one table that a page of 20 may read on its way, or sort."""
KEY = str((1_785_542_400_000 + 2000 * 1000) << 21)
SINCE = {"$gte": "2026-08-01T00:30:00Z", "$lt": "2026-08-01T00:30:20Z"}
OPEN = {"state": "CREATED"}
INSTANCES, ELEMENTS_, VARIABLES = "process-instances", "element-instances", "variables"
JOBS, INCIDENTS, DECISIONS, TASKS = "jobs", "incidents", "decision-instances", "user-tasks"
PAGES: list[tuple[str, dict[str, Any], str]] = [
    (INSTANCES, {}, ""), (INSTANCES, {}, "-startDate"), (INSTANCES, {"state": "ACTIVE"}, "startDate"),
    (INSTANCES, {"state": "TERMINATED"}, "-startDate"), (INSTANCES, {"processInstanceKey": KEY}, ""),
    (INSTANCES, {"processDefinitionId": "process3"}, "-startDate"), (INSTANCES, {"startDate": SINCE}, ""),
    (INSTANCES, {}, "processDefinitionId"),
    (ELEMENTS_, {}, ""), (ELEMENTS_, {}, "-startDate"), (ELEMENTS_, {"processInstanceKey": KEY}, "startDate"),
    (ELEMENTS_, {"state": "ACTIVE"}, ""), (ELEMENTS_, {"state": "ACTIVE", "elementId": "element3"}, ""),
    (VARIABLES, {}, ""), (VARIABLES, {"name": "name1"}, ""), (VARIABLES, {}, "-name"),
    (VARIABLES, {"processInstanceKey": KEY}, ""),
    (JOBS, {}, "-creationTime"), (JOBS, {"state": "FAILED"}, ""), (JOBS, {"type": "work3"}, ""),
    (JOBS, {"processInstanceKey": KEY}, ""), (JOBS, {"creationTime": SINCE}, ""),
    (INCIDENTS, {"state": "ACTIVE"}, "-creationTime"), (INCIDENTS, {"processInstanceKey": KEY}, ""),
    (DECISIONS, {}, "-evaluationDate"), (DECISIONS, {"decisionDefinitionId": "decision3"}, ""),
    (DECISIONS, {"processInstanceKey": KEY}, ""), (DECISIONS, {"evaluationDate": SINCE}, ""),
    (TASKS, {}, ""), (TASKS, OPEN, "dueDate"), (TASKS, OPEN, "-dueDate"), (TASKS, OPEN, "-priority"),
    (TASKS, OPEN, "creationDate"), (TASKS, {**OPEN, "processDefinitionId": "process3"}, "dueDate"),
    (TASKS, {"processInstanceKey": KEY}, ""),
]  # fmt: skip


@pytest.fixture
def many(tmp_path: Path, postgres_clone: Callable[..., str]) -> Iterator[House]:
    """The service with very many processes in a province."""

    def build(url: str) -> None:
        house = House(settings_in(tmp_path / "built", url), APPROVAL, FORM)
        with house.runtime.reading() as session:
            definition = session.scalars(sa.select(ModelVersion.key)).one()
        fill(house, PROCESSES, definition)
        house.runtime.close()

    house = House(settings_in(tmp_path, postgres_clone("many_processes", build)))
    yield house
    house.runtime.close()


def test_a_page_reads_few_of_many_rows(many: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 50)
    asked = Asked(many)
    read = {f"{kind} {wanted} {sort}": asked.most_read(kind, wanted, sort) for kind, wanted, sort in PAGES}
    assert {page: rows for page, rows in read.items() if rows > FEW} == {}


class Asked:
    """Searches of who manages the province's processes, and what the database did for them."""

    def __init__(self, house: House) -> None:
        self.client = house.app().test_client()
        self.engine = house.runtime.engine
        self.headers = {"Authorization": f"Bearer {house.token('process_owner', at='/province/')}"}
        self.statements: list[tuple[str, Any]] = []
        sa.event.listen(self.engine, "before_cursor_execute", self._hear)

    def most_read(self, kind: str, wanted: dict[str, Any], sort: str) -> int:
        """How many rows a page and the one that follows read in one place of their plans, at most."""
        field, order = sort.removeprefix("-"), "DESC" if sort.startswith("-") else "ASC"
        body: dict[str, Any] = {"filter": wanted, "page": {"limit": 20}}
        body |= {"sort": [{"field": field, "order": order}]} if sort else {}
        self.statements.clear()
        for _ in range(2):
            answer = self.client.post(f"/v2/{kind}/search", json=body, headers=self.headers)
            assert answer.status_code == 200
            body["page"] = {"limit": 20, "after": answer.get_json()["page"]["endCursor"]}
        return max(self._read(*statement) for statement in list(self.statements))

    def _hear(self, _c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        self.statements.append((statement, values))

    def _read(self, statement: str, values: Any) -> int:
        if " LIMIT " not in statement:
            return 0
        with self.engine.connect() as connection:
            explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            return max(_rows(explained.scalar_one()[0]["Plan"]))


def _rows(node: dict[str, Any]) -> Iterator[int]:
    beside = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    yield node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(name, 0) for name in beside))
    for part in node.get("Plans", ()):
        yield from _rows(part)
