"""What stands in the page head for whom."""

from __future__ import annotations

from dataclasses import dataclass

from shared.web.access import Person

_STAFF = (
    "clerk", "reviewer", "approver", "dispatcher", "firm_manager", "handler", "closing_reviewer", "archivist",
    "assessor", "expert", "bureau_reviewer", "authority", "process_owner", "administrator",
)  # fmt: skip


@dataclass(frozen=True)
class NavigationItem:
    """One link; `current` marks where the reader is. With `counted` an address that answers with the words
    of the link and a number in them, for browsers with scripts (nothing, 204, keeps the words).
    """

    text: str
    href: str
    current: bool
    counted: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """What the link has besides its address."""
        return {"hx-get": self.counted, "hx-trigger": "load"} if self.counted else {}


_LINKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("我的申请", "/intake/", ("applicant",)),
    ("我的待办", "/workflow/tasks", _STAFF),
    ("案件", "/intake/cases", _STAFF),
    ("通知辩护、通知代理", "/intake/notices/new", ("clerk", "authority")),
    ("人员库", "/roster/members", ("dispatcher", "firm_manager", "administrator")),
    ("人员和角色", "/identity/people", ("administrator",)),
    ("满意度和改进", "/evaluation/improvements", ("administrator",)),
    ("流程模型", "/workflow/models", ("process_owner", "administrator")),
    ("异常", "/workflow/incidents", ("process_owner", "administrator")),
    ("电话通知", "/notify/deliveries", ("clerk",)),
    ("公开事件", "/notify/events", ("process_owner", "administrator")),
    ("消息", "/notify/messages", ("applicant", *_STAFF)),
)
_COUNTED = {"/workflow/incidents": "/workflow/incidents/count"}


def navigation_for(person: Person | None, path: str) -> list[NavigationItem]:
    """The links this person can use."""
    if person is None:
        return []
    return [
        NavigationItem(text, href, path.startswith(href), _COUNTED.get(href, ""))
        for text, href, roles in _LINKS
        if person.holds(*roles)
    ]
