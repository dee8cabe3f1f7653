"""What happened to people and organisations, on record: who did it, when, and why (S0-9.1)."""

from __future__ import annotations

from uuid import UUID

from services.identity.models import Organisation, OrganisationEvent, PersonEvent
from shared.messaging.work import UnitOfWork

ACTS = {
    "registered": "注册账号",
    "invited": "邀请",
    "joined": "设好密码，开始使用",
    "reset": "重设密码",
    "password_chosen": "更换密码",
    "role_given": "给予角色",
    "role_dated": "修改角色的起止日期",
    "role_taken": "取消角色",
    "role_began": "角色开始生效",
    "role_ended": "角色到期",
    "slept": "很久没有登录，账号休眠",
    "wake_asked": "登录时账号在休眠，请求唤醒",
    "woken": "唤醒账号",
    "closed": "停用账号",
    "opened": "恢复账号",
    "logged_out": "由管理员退出登录",
    "changed": "修改资料",
}
PLACE_ACTS = {"added": "添加", "renamed": "改名", "closed": "停用", "opened": "恢复"}


def note(
    work: UnitOfWork, person_id: UUID, act: str, by: UUID | None, why: str = "", *, role: str | None = None,
    organisation: str | None = None,
) -> None:  # fmt: skip
    """Write one step of a person's account down; `act` is one of ACTS, `by` None for the system itself."""
    work.session.add(
        PersonEvent(
            person_id=person_id, at=work.clock.now(), by_id=by, act=act, why=why, role=role,
            organisation=organisation,
        )
    )  # fmt: skip


def note_place(work: UnitOfWork, place: Organisation, act: str, by: UUID | None) -> None:
    """Write one step of an organisation down, with the name it has now; `act` is one of PLACE_ACTS."""
    work.session.add(
        OrganisationEvent(
            organisation_id=place.id, at=work.clock.now(), by_id=by, act=act, name=place.name
        )
    )  # fmt: skip
