"""searches"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BY_PLACE = {"org_path": "varchar_pattern_ops"}
_PARTS = {
    "ix_task_open_made": "status = 'CREATED'",
    "ix_task_open_due": "status = 'CREATED'",
    "ix_task_open_priority": "status = 'CREATED'",
    "ix_element_instance_active": "status = 'ACTIVE'",
    "ix_job_held": "held IS NOT NULL",
    "ix_decision_instance_by": '"by" IS NOT NULL',
}
_NEW = {
    "ix_task_place": ("task", ["org_path", "status", "due", "key"]),
    "ix_task_open_made": ("task", ["key"]),
    "ix_task_open_due": ("task", ["due", "key"]),
    "ix_task_open_priority": ("task", ["priority", "key"]),
    "ix_instance_place": ("instance", ["org_path", "key"]),
    "ix_instance_process": ("instance", ["process_id", "key"]),
    "ix_instance_status": ("instance", ["status", "key"]),
    "ix_element_instance_started": ("element_instance", ["started_at", "key"]),
    "ix_element_instance_active": ("element_instance", ["key", "element_id", "instance_key"]),
    "ix_variable_name": ("variable", ["name", "scope_key"]),
    "ix_incident_element_key": ("incident", ["element_key"]),
    "ix_job_type": ("job", ["type", "status", "key"]),
    "ix_job_held": ("job", ["key"]),
    "ix_decision_instance_evaluation": ("decision_instance", ["evaluation_key", "number"]),
    "ix_decision_instance_place": ("decision_instance", ["org_path", "evaluation_key"]),
    "ix_decision_instance_decision": ("decision_instance", ["decision_id", "evaluation_key"]),
    "ix_decision_instance_by": ("decision_instance", ["by"]),
}
_OLD = {
    "ix_instance_process_id": ("instance", ["process_id"]),
    "ix_job_type": ("job", ["type", "status"]),
    "ix_decision_instance_evaluation_key": ("decision_instance", ["evaluation_key"]),
}


def upgrade() -> None:
    """What searches walk; an index that another one begins with goes."""
    for name, (table, _) in _OLD.items():
        op.drop_index(name, table)
    for name, (table, columns) in _NEW.items():
        by_place = _BY_PLACE if "org_path" in columns else {}
        part = sa.text(_PARTS[name]) if name in _PARTS else None
        op.create_index(
            name, table, columns, postgresql_ops=by_place, postgresql_where=part, sqlite_where=part
        )


def downgrade() -> None:
    """As before."""
    for name, (table, _) in _NEW.items():
        op.drop_index(name, table)
    for name, (table, columns) in _OLD.items():
        op.create_index(name, table, columns)
