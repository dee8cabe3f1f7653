"""Processes with all that is searched for, as they are after years: most over, few stuck."""

import sqlalchemy as sa

from bench.house import House
from bench.open_tasks import CENTRES, CITIES

ELEMENTS = 4
"""Visits of each process; it has one job, one evaluated decision, two variables and a hundredth incident."""

_BEGAN = 1_785_542_400_000
"""The first process began at this millisecond (2026-08-01), each other one second later."""
_KEY = f"(({_BEGAN} + n * 1000) << 21)"
_AT = f"to_timestamp({_BEGAN} / 1000 + n)"
_LIVES = "n > :count * 9 / 10"
_STATUS = f"CASE WHEN {_LIVES} THEN 'ACTIVE' WHEN n % 50 = 0 THEN 'TERMINATED' ELSE 'COMPLETED' END"
_PLACE = f"'/province/city' || (n % {CITIES}) || '/centre' || (n / {CITIES} % {CENTRES}) || '/'"
_PROCESS = "'process' || n % 10"
_N = "FROM generate_series(1, CAST(:count AS bigint)) n"
_WRITTEN = (
    f"""
INSERT INTO instance (key, process_id, definition_key, definition_sha, version, pins, revision, status,
  org_path, unfinished, rounds, history_length, history_hash, started_at, ended_at)
SELECT {_KEY}, {_PROCESS}, :definition, '', 1, '{{}}', 1, {_STATUS}, {_PLACE}, false, 0, 0, '', {_AT},
  CASE WHEN NOT {_LIVES} THEN {_AT} + interval '1 day' END {_N}
""",
    f"""
INSERT INTO element_instance (key, instance_key, scope_key, process_id, element_id, name, kind, body, status,
  started_at, ended_at)
SELECT {_KEY} + 10 + e, {_KEY}, {_KEY}, {_PROCESS}, 'element' || e, '', 'userTask', false,
  CASE WHEN e = {ELEMENTS - 1} THEN {_STATUS} ELSE 'COMPLETED' END, {_AT},
  CASE WHEN e < {ELEMENTS - 1} OR NOT {_LIVES} THEN {_AT} + interval '1 day' END
{_N}, generate_series(0, {ELEMENTS - 1}) e
""",
    f"""
INSERT INTO variable (scope_key, name, instance_key, value)
SELECT {_KEY}, 'name' || e, {_KEY}, to_jsonb(n % 100) {_N}, generate_series(1, 2) e
""",
    f"""
INSERT INTO job (key, element_key, instance_key, process_id, element_id, type, headers, variables, status,
  full_retries, retries, attempts, created_at, ended_at)
SELECT {_KEY} + 20, {_KEY} + 10, {_KEY}, {_PROCESS}, 'element0', 'work' || n % 10, '{{}}', '{{}}',
  CASE WHEN n % 500 = 0 THEN 'FAILED' WHEN {_LIVES} THEN 'SENT' ELSE 'COMPLETED' END, 3, 3, 1, {_AT},
  CASE WHEN NOT {_LIVES} THEN {_AT} END {_N}
""",
    f"""
INSERT INTO incident (key, instance_key, process_id, definition_key, element_key, element_id, kind, reason,
  status, raised_at)
SELECT {_KEY} + 30, {_KEY}, {_PROCESS}, :definition, {_KEY} + 10, 'element0', 'JOB_NO_RETRIES', '',
  CASE WHEN n % 500 = 0 THEN 'ACTIVE' ELSE 'RESOLVED' END, {_AT} {_N} WHERE n % 100 = 0
""",
    f"""
INSERT INTO decision_instance (id, evaluation_key, number, decision_key, decision_id, decision_name,
  decision_version, kind, root_key, requirements_key, instance_key, element_key, definition_key, org_path, at,
  state, inputs, rules)
SELECT ({_KEY} + 40) || '-1', {_KEY} + 40, 1, 1, 'decision' || n % 10, '', 1, 'DECISION_TABLE', 1, 1, {_KEY},
  {_KEY} + 10, :definition, {_PLACE}, {_AT}, 'EVALUATED', '[]', '[]' {_N}
""",
    f"""
INSERT INTO task (key, element_key, instance_key, process_id, definition_key, version, element_id, name,
  org_path, candidate_groups, candidate_users, separate_from, separate_from_persons, due, priority, status,
  revision, created_at, completed_at)
SELECT {_KEY} + 50, {_KEY} + 10, {_KEY}, {_PROCESS}, :definition, 1, 'element0', 'first', {_PLACE},
  '["reviewer"]', '[]', '[]', '[]',
  CASE WHEN n % 10 > 0 THEN {_AT} + n * 7919 % 500000 * interval '1 second' END,
  n % 3 * 25 + 25, CASE WHEN {_LIVES} THEN 'CREATED' ELSE 'COMPLETED' END, 1, {_AT},
  CASE WHEN NOT {_LIVES} THEN {_AT} END {_N}
""",
    """
INSERT INTO candidate (task_key, kind, name, org_path, due)
SELECT key, 'group', 'reviewer', org_path, coalesce(due, timestamptz '9999-12-31 00:00:00+00')
FROM task WHERE status = 'CREATED'
""",
)


def fill(opened: House, count: int, definition_key: int) -> None:
    """Write so many processes of a deployed model, and let the planner know."""
    given = {"count": count, "definition": definition_key}
    with opened.runtime.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for statement in _WRITTEN:
            connection.execute(sa.text(statement), given)
    with opened.runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
