"""Drives one case: finds the next task in the public events, works it as the right person."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from demo import answers
from demo.people_of import Actor, Integration, Refused

HANDLERS = ("handler", "handler2", "handler3")
Tell = Callable[[str, str, str | None, list[str]], None]
"""Is told each act: person, what they did, and what came of it: the case's state and the events."""
_PATIENCE_SECONDS = 60
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class NothingCame(Exception):
    """What the driver waited for did not come in time; the text names it and what came."""


class Drive:
    """One case over HTTP. `pause` is called between looks: it sleeps, or lets an in-process system work."""

    def __init__(
        self,
        http: httpx.Client,
        tell: Tell,
        *,
        pause: Callable[[], None] = lambda: time.sleep(0.1),
    ) -> None:
        self._http = http
        self._tell = tell
        self._pause = pause
        self._actors: dict[str, Actor] = {}
        self._integration = Integration(http)
        self.events: list[dict[str, Any]] = []
        self._position = 0
        self._told = 0
        self._last: tuple[str, str] | None = None
        self._worked: set[str] = set()
        self.case_id = ""
        self.number = ""

    def actor(self, login: str) -> Actor:
        """A person, logged in once."""
        return self._actors.setdefault(login, Actor(self._http, login))

    def apply(self, login: str = "applicant", **changes: Any) -> None:
        """Confirm the notice, fill in, upload one file per group, submit."""
        me = self.actor(login)
        version = me.get("/intake/api/notice")["version"]
        draft = me.post("/intake/api/applications", {"notice_version": version, "confirmed": True})
        self.case_id = draft["id"]
        here = f"/intake/api/applications/{self.case_id}"
        filled = {**answers.APPLICATION, **changes}
        draft = me.call("PUT", f"{here}/answers", json={"revision": draft["revision"], "answers": filled})
        for group in me.get(f"{here}/materials")["wanted"]:
            if group["upload"] and group["required"]:
                me.post(
                    f"{here}/materials", data={"kind": group["code"]}, files={"file": _pdf(group["code"])}
                )
        draft = me.get(here)
        me.post(f"{here}/submission", {"revision": draft["revision"]})
        self.number = me.get(here)["number"]
        self._say(login, f"提交申请，案号 {self.number}")

    def give_notice(self, login: str = "clerk", **changes: Any) -> None:
        """Enter the notice of a court that a defendant needs a lawyer, with the letter."""
        me, here = self.actor(login), "/intake/api/notices"
        letters = [letter["id"] for letter in me.post(f"{here}/letters", files={"file": _pdf("公函")})]
        made = me.post(here, {"answers": {**answers.NOTICE, "letters": letters, **changes}})
        self.case_id, self.number = made["id"], made["number"]
        self._say(login, f"登记办案机关的通知，案号 {self.number}")

    def correct(self, login: str = "applicant") -> None:
        """Upload a file for every defect of the open notice and hand in again."""
        me, here = self.actor(login), f"/intake/api/applications/{self.case_id}"
        notice = self.open_correction(login)
        for item in notice["items"]:
            me.post(f"{here}/correction/files", data={"item": item["id"]}, files={"file": _pdf("补正")})
        me.post(f"{here}/correction", {"replies": {}})
        self._say(login, f"按通知一次补正 {len(notice['items'])} 项")

    def withdraw(self, login: str = "applicant") -> None:
        """Take the application back."""
        self.actor(login).post(f"/intake/api/applications/{self.case_id}/withdrawal", {"reason": ""})
        self._say(login, "撤回申请")

    def open_correction(self, login: str = "applicant") -> dict[str, Any]:
        """The correction notice that waits for the applicant, waiting for it."""
        me, path = self.actor(login), f"/intake/api/applications/{self.case_id}/corrections"
        notice: dict[str, Any] = self._wait("an open correction", lambda: _open(me.get(path)))
        return notice

    def work(self, login: str, element: str, form: dict[str, Any] | Callable[[str], dict[str, Any]]) -> None:
        """Wait for the task of that element, claim it where it is nobody's yet, and complete it."""
        key = self.task(element)
        me = self.actor(login)
        task = me.get(f"/v2/user-tasks/{key}")
        if task["assignee"] is None:
            me.post(f"/v2/user-tasks/{key}/assignment", {"assignee": me.id})
        filled = form(key) if callable(form) else form
        me.post(f"/v2/user-tasks/{key}/completion", {"variables": filled})
        self._worked.add(key)
        self._say(login, task["name"])

    def upload(self, login: str, key: str, field: str) -> list[str]:
        """Upload a file into a task's form; its ids for the answers."""
        path = f"/workflow/api/tasks/{key}/files"
        return [self.actor(login).post(path, files={"file": _pdf(field)})["id"]]

    def handler(self) -> str:
        """The login of the member whom dispatch assigned last."""
        assigned = self.named("dispatch.case_assigned")[-1]["data"]["handler_id"]
        return next(login for login in HANDLERS if self.actor(login).id == assigned)

    def rate(self, login: str = "applicant") -> None:
        """Rate the service, once the survey is open."""
        self.until_passed("CLOSED")
        self._wait("an open survey", lambda: self._rated(login))
        self._say(login, "评价本次服务")

    def task(self, element: str, times: int = 1) -> str:
        """The key of the newest unworked task of that element, once it was created that many times."""
        return self._wait(f"task {element}", lambda: self._open_task(element, times))

    def assigned(self, times: int) -> None:
        """Wait until dispatch has assigned the case that many times."""
        name = "dispatch.case_assigned"
        self._wait(f"assignment {times}", lambda: len(self.named(name)) >= times or None)

    def until_state(self, state: str) -> None:
        """Wait until the case is in that state."""
        self._wait(f"state {state}", lambda: self.state if self.state == state else None)

    def until_passed(self, state: str) -> None:
        """Wait until the case is in that state or has been."""
        name = "workflow.case_state_changed"
        self._wait(
            f"state {state}", lambda: any(e["data"]["after"] == state for e in self.named(name)) or None
        )

    def until(self, event: str) -> None:
        """Wait until that event came, e.g. `evaluation.case_archived`."""
        self._wait(f"event {event}", lambda: self.named(event) or None)

    def finish(self) -> None:
        """Tell what came since the last step."""
        self._pause()
        self._look()
        self._tell_last()

    @property
    def today(self) -> date:
        """The day of the newest event: the system's own day, also where its clock was moved."""
        newest = max(datetime.fromisoformat(event["time"]) for event in self.events)
        return newest.astimezone(_SHANGHAI).date()

    @property
    def state(self) -> str | None:
        """The case's state as the events tell it."""
        changes = self.named("workflow.case_state_changed")
        return changes[-1]["data"]["after"] if changes else None

    def named(self, name: str) -> list[dict[str, Any]]:
        """The events of that name so far, e.g. `dispatch.case_assigned`, in order."""
        found = [e for e in self.events if e["type"] == f"cn.fayuan.{name}"]
        return sorted(found, key=lambda event: event["sequence"])

    def _rated(self, login: str) -> bool | None:
        try:
            self.actor(login).post(f"/evaluation/api/cases/{self.case_id}/survey", answers.RATING)
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
            return None
        return True

    def _open_task(self, element: str, times: int) -> str | None:
        created = self.named("workflow.task_created")
        keys = [event["data"]["task"] for event in created if event["data"]["element"] == element]
        if len(keys) < times:
            return None
        return next((key for key in reversed(keys) if key not in self._worked), None)

    def _look(self) -> None:
        fresh, self._position = self._integration.events(self._position, self.case_id)
        known = {event["id"] for event in self.events}
        self.events += [event for event in fresh if event["id"] not in known]

    def _wait(self, what: str, look: Callable[[], Any]) -> Any:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            self._look()
            if (found := look()) is not None:
                return found
            if time.monotonic() > until:
                came = ", ".join(e["type"].removeprefix("cn.fayuan.") for e in self.events[-8:])
                raise NothingCame(f"{what} did not come; last events: {came}")
            self._pause()

    def _say(self, person: str, act: str) -> None:
        self._tell_last()
        self._last = (person, act)
        self._pause()
        self._look()

    def _tell_last(self) -> None:
        """What came until now came of the act before."""
        fresh = [line_of(event) for event in self.events[self._told :]]
        self._told = len(self.events)
        if self._last:
            self._tell(*self._last, self.state, fresh)
        self._last = None


def line_of(event: dict[str, Any]) -> str:
    """An event without ids and times: what stays the same in every run."""
    data = event["data"]
    told = [str(data[name]) for name in ("stage", "element", "before", "after", "grounds") if name in data]
    return " ".join([event["type"].removeprefix("cn.fayuan."), *told])


def ordered(events: list[dict[str, Any]]) -> list[str]:
    """The lines of all events, source by source, each in its own order."""
    return [line_of(e) for e in sorted(events, key=lambda e: (e["source"], e["sequence"]))]


def _open(corrections: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((c for c in corrections if not c["resubmitted_at"] and not c["closed_at"]), None)


def _pdf(name: str) -> tuple[str, bytes, str]:
    return f"{name}.pdf", answers.PDF, "application/pdf"
