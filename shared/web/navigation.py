"""What stands in the page head for whom."""

from __future__ import annotations

from dataclasses import dataclass

from shared.rights import Person, has


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


_LINKS = (
    ("我的申请", "/intake/", "intake.application.read"),
    ("我的待办", "/workflow/tasks", "workflow.inbox.read"),
    ("案件", "/intake/cases", "intake.case.list"),
    ("通知辩护、通知代理", "/intake/notices/new", "intake.notice.enter"),
    ("人员库", "/roster/members", "roster.member.read"),
    ("人员和角色", "/identity/people", "identity.person.read"),
    ("查看记录", "/identity/access", "identity.access.read"),
    ("满意度和改进", "/evaluation/improvements", "evaluation.improvement.manage"),
    ("流程模型", "/workflow/models", "workflow.model.read"),
    ("异常", "/workflow/incidents", "workflow.incident.read"),
    ("电话通知", "/notify/deliveries", "notify.delivery.read"),
    ("公开事件", "/notify/events", "notify.event.read"),
    ("消息", "/notify/messages", "notify.message.read"),
)
"""Words, address and the action of the table of rights that the page behind it demands."""
_COUNTED = {"/workflow/incidents": "/workflow/incidents/count"}


def navigation_for(person: Person | None, path: str) -> list[NavigationItem]:
    """The links this person can use."""
    if person is None:
        return []
    return [
        NavigationItem(text, href, path.startswith(href), _COUNTED.get(href, ""))
        for text, href, action in _LINKS
        if has(person, action)
    ]
