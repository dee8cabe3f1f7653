"""Noting who looked at personal data, in the transaction in which they may: no note, no look (S0-9.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.access import DataAccessed
from shared.errors import Invalid
from shared.messaging.work import UnitOfWork
from shared.web.access import current_person

OPENED, UNMASKED, LOG_READ, LOG_EXPORTED = "opened", "unmasked", "log_read", "log_exported"
ACTS = {
    OPENED: "打开文书或文件",
    UNMASKED: "查看完整信息",
    LOG_READ: "查看本记录",
    LOG_EXPORTED: "下载本记录",
}
OTHER = "other"
PURPOSES = {
    "contact": "联系当事人",
    "examine": "审查、审批本案",
    "handle": "办理本案",
    "assess": "结案审查或质量评估",
    "complaint": "处理投诉、异议",
    "supervise": "监督检查",
    OTHER: "其他（请在说明中写明）",
}
"""What masked data may be looked at for."""
_LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was looked at: the kind of record and its id, whose it is, the names of what was seen; for whom
    the reader stands in."""

    what: str
    record_id: UUID
    organisation: str
    case_id: UUID | None = None
    case_number: str = ""
    fields: Sequence[str] = ()
    behalf_of: UUID | None = None


@dataclass(frozen=True)
class Purpose:
    """Why: a code of `PURPOSES`, and in own words where that does not say it."""

    code: str = ""
    note: str = ""


def purpose_from(form: Mapping[str, str]) -> Purpose:
    """The purpose as chosen in a form; raises Invalid with the messages of `purpose` and `note`."""
    given = Purpose(form.get("purpose", ""), form.get("note", "").strip()[:_LONGEST])
    if given.code not in PURPOSES:
        raise Invalid({"purpose": ["请选择查看的用途"]}, zh="请选择查看完整信息的用途。")
    if given.code == OTHER and not given.note:
        raise Invalid({"note": ["请写明用途"]}, zh="用途选择“其他”时，请在说明中写明。")
    return given


def note_access(work: UnitOfWork, act: str, looked: Looked, why: Purpose | None = None) -> None:
    """Write down that the person of this request looks, before they do."""
    why = why or Purpose()
    work.emit(
        DataAccessed(
            case_id=looked.case_id, case_number=looked.case_number, organisation=looked.organisation,
            person_id=current_person().id, act=act, what=looked.what, record_id=looked.record_id,
            at=work.clock.now(), fields=list(looked.fields), purpose=why.code, note={"text": why.note},
            behalf_of_id=looked.behalf_of,
        )
    )  # fmt: skip
