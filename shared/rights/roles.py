"""The roles people hold at an organisation, and who else the table of rights speaks of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A role: its code in tokens and diagrams, its Chinese and its English name."""

    code: str
    zh: str
    en: str


_ROLES = (
    Role("applicant", "申请人", "Applicant"),
    Role("clerk", "受理人员", "Clerk"),
    Role("reviewer", "审查人员", "Reviewer"),
    Role("approver", "审批负责人", "Approver"),
    Role("dispatcher", "指派人员", "Dispatcher"),
    Role("firm_manager", "承办机构负责人", "Manager of a firm"),
    Role("quality_manager", "质量管理员", "Quality manager of a firm"),
    Role("handler", "承办人员", "Handler"),
    Role("closing_reviewer", "结案审查人员", "Closing reviewer"),
    Role("archivist", "归档人员", "Archivist"),
    Role("assessor", "评估人员", "Assessor"),
    Role("expert", "复核专家", "Expert who checks again"),
    Role("bureau_reviewer", "异议复查人员", "Reviewer at the judicial bureau"),
    Role("authority", "办案机关联络人员", "Contact of an authority"),
    Role("process_owner", "流程管理员", "Process owner"),
    Role("administrator", "系统管理员", "Administrator"),
    Role("auditor", "审计人员", "Auditor"),
    Role("integration", "接口账号", "API client"),
)
ROLES = {role.code: role for role in _ROLES}
"""Every role that can be granted, by its code."""

EVERYONE = Role("everyone", "所有登录的人", "Everyone who is logged in")
"""Not a role that is granted: what anybody may do who is logged in, whatever their roles."""


def role_name(code: str) -> str:
    """The Chinese name of a role, or the code of one that is no more."""
    return ROLES[code].zh if code in ROLES else code


STAFF_ROLES = {code: role for code, role in ROLES.items() if code not in ("applicant", "integration")}
"""Roles of people who work in the system: what an administrator grants to a person."""
