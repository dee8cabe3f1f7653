"""The form `workflows/forms/notice.form` by which an authority's notice (通知辩护、通知代理) is entered.

Which agencies and authorities it offers depends on who enters: a clerk enters for every authority at the
clerk's own agencies, an authority's contact for that authority alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from services.intake.application_form import Answers, Options, in_words
from services.intake.rules import UNLISTED
from shared.errors import Invalid
from shared.feel import Environment
from shared.forms import form_schema
from shared.forms.components import Form, fields_of, label_of
from shared.policy import Policy
from shared.rights import Person, Relation, may, places_of
from shared.service import Runtime

_TOLD = frozenset(
    {"authority_number", "stage", "received_on", "id_missing_reason", "custody", "custody_place", "charge",
     "hearing_on", "remark"}
)  # fmt: skip
ENTER = "intake.notice.enter"
_CLERKS_OWN = "received_on"
"""Only a clerk says when the letter came: what an authority enters itself comes at that moment."""


class NoticeForm:
    """The form as one person may fill it in."""

    def __init__(self, form: Form, person: Person, policy: Policy, environment: Environment) -> None:
        self.form = form if places_of(person, ENTER) else _without(form, _CLERKS_OWN)
        self.options = _options(person, policy)
        self.environment = environment

    def check(self, values: Mapping[str, Any]) -> Answers:
        """The answers as the form accepts them; raises Invalid with messages at the fields."""
        try:
            answers: Answers = form_schema(self.form, self.options, self.environment).load(dict(values))
        except ValidationError as error:
            raise Invalid(fields=error.normalized_messages()) from None
        return answers


def notice_form(runtime: Runtime, person: Person) -> NoticeForm:
    """The form as this process serves it to this person."""
    form = _form_file(runtime.settings.workflows_dir / "forms" / "notice.form")
    return NoticeForm(form, person, runtime.policy, Environment(now=runtime.clock.now, policy=runtime.policy))


def notice_in_words(runtime: Runtime, answers: Answers) -> list[tuple[str, str]]:
    """Label and answer in words of what a notice says about the criminal case (not about the person)."""
    form = _form_file(runtime.settings.workflows_dir / "forms" / "notice.form")
    names = {a["path"]: a["name"] for a in runtime.policy.get("intake.authorities")}
    authority = names.get(answers["authority"]) or answers.get("authority_name") or answers["authority"]
    shown = [("办案机关", authority)]
    for field in (f for group in form["components"] for f in fields_of(group["components"])):
        if field.key in _TOLD and answers.get(field.key):
            shown.append((label_of(field.component), in_words(field.component, {}, answers[field.key])))
    return shown


@lru_cache
def _form_file(path: Path) -> Form:
    # Read once: a form changes with a deployment, and that restarts the process.
    form: Form = json.loads(path.read_text(encoding="utf-8"))
    return form


def _without(form: Form, key: str) -> Form:
    groups = [
        {**group, "components": [c for c in group["components"] if c.get("key") != key]}
        for group in form["components"]
    ]
    return {**form, "components": groups}


def _options(person: Person, policy: Policy) -> Options:
    agencies, authorities = policy.get("intake.agencies"), policy.get("intake.authorities")
    grounds = [{"value": g["code"], "label": g["label"]} for g in policy.get("intake.notice_grounds")]
    if places_of(person, ENTER):
        agencies = [a for a in agencies if may(person, ENTER, Relation(organisation=a["path"]))]
        unlisted = [{"value": UNLISTED, "label": "没有列出的办案机关"}]
    else:
        authorities = [a for a in authorities if may(person, ENTER, Relation(authority=a["path"]))]
        unlisted = []
    named = [
        [{"value": row["path"], "label": row["name"]} for row in rows] for rows in (agencies, authorities)
    ]
    return {"agencies": named[0], "authorities": [*named[1], *unlisted], "notice_grounds": grounds}
