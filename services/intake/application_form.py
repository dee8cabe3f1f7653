"""The application form `workflows/forms/apply.form`: its steps, its option lists and what its answers mean.

Each top-level group of the form is one step, saved by itself, so that an application can be filled in on a
phone and taken up again. The whole form is checked once more when it is submitted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from services.intake.rules import NO_CATEGORY, too_early
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.feel import Environment
from shared.forms import form_schema
from shared.forms.components import Form, fields_of, label_of
from shared.forms.options import label_for
from shared.policy import Policy
from shared.service import Runtime

Answers = dict[str, Any]
Options = dict[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Step:
    """One page of the form: its key and title, and the part of the form on it."""

    key: str
    title: str
    form: Form

    @property
    def names(self) -> frozenset[str]:
        """The names of the answers given on this page."""
        return frozenset(field.key for field in fields_of(self.form["components"]))


class ApplicationForm:
    """The form with the option lists of a policy."""

    def __init__(self, form: Form, policy: Policy, clock: Clock) -> None:
        self._form = form
        self.options = _options(policy)
        self.labels = _labels(self.options, policy)
        self.environment = Environment(now=clock.now, policy=policy)
        self.steps = [_step(form, group) for group in form["components"] if group["type"] == "group"]

    def step(self, key: str) -> Step:
        """The step of that key; raises NotFound."""
        found = next((step for step in self.steps if step.key == key), None)
        if found is None:
            raise NotFound
        return found

    def after(self, key: str) -> Step | None:
        """The step that follows, or None after the last."""
        place = self.steps.index(self.step(key)) + 1
        return self.steps[place] if place < len(self.steps) else None

    def check_step(self, step: Step, values: Mapping[str, Any]) -> Answers:
        """The answers of one step; raises Invalid with messages at the fields."""
        return self._checked(step.form, values)

    def check(self, values: Mapping[str, Any]) -> Answers:
        """The answers of the whole form; raises Invalid with messages at the fields."""
        return self._checked(self._form, values)

    def usable(self, step: Step, values: Mapping[str, Any]) -> Answers:
        """What of the values can be kept when a person saves an unfinished step for later."""
        try:
            return self.check_step(step, values)
        except Invalid as problem:
            wrong = set(problem.fields)
            kept = {name: value for name, value in values.items() if name not in wrong and value}
            return {name: value for name, value in kept.items() if not isinstance(value, list)}

    def shown(self, step: Step, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Label and answer in words of every question of the step that was asked."""
        return [
            (label_of(field.component), in_words(field.component, self.options, answers[field.key]))
            for field in fields_of(step.form["components"])
            if field.key in answers
        ]

    def label(self, name: str, value: str | None) -> str:
        """The words for a code of the list `matters`, `person_categories` or `agencies`, offered or not."""
        return next((o["label"] for o in self.labels[name] if o["value"] == value), value or "")

    def _checked(self, form: Form, values: Mapping[str, Any]) -> Answers:
        try:
            answers: Answers = form_schema(form, self.options, self.environment).load(dict(values))
        except ValidationError as error:
            raise Invalid(fields=error.normalized_messages()) from None
        if refused := too_early(answers):
            raise Invalid(fields={name: [message] for name, message in refused.items()})
        return answers


def application_form(runtime: Runtime) -> ApplicationForm:
    """The form as this process serves it."""
    path = runtime.settings.workflows_dir / "forms" / "apply.form"
    return ApplicationForm(_form_file(path), runtime.policy, runtime.clock)


def in_words(component: Mapping[str, Any], options: Options, value: Any) -> str:
    """An answer as people read it."""
    if value is None or value == [] or value == "":
        return "未填写"
    if component["type"] == "checkbox":
        return "是" if value else "否"
    if component["type"] == "datetime":
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    if component["type"] == "dynamiclist":
        return "；".join("，".join(str(cell) for cell in row.values() if cell) for row in value)
    if component["type"] in ("radio", "select"):
        return label_for(component, options, value)
    return str(value)


@lru_cache
def _form_file(path: Path) -> Form:
    # Read once: a form changes with a deployment, and that restarts the process.
    form: Form = json.loads(path.read_text(encoding="utf-8"))
    return form


def _step(form: Form, group: Mapping[str, Any]) -> Step:
    inner = {"id": f"{form['id']}_{group['id']}", "components": group["components"]}
    return Step(str(group["id"]), label_of(group), inner)


def _options(policy: Policy) -> Options:
    matters = [{"value": m["code"], "label": m["label"]} for m in policy.get("intake.matters")]
    categories = [{"value": c["code"], "label": c["label"]} for c in policy.get("intake.person_categories")]
    agencies = [{"value": a["path"], "label": a["name"]} for a in policy.get("intake.agencies")]
    nobody = {"value": NO_CATEGORY, "label": "以上都不是"}
    return {"matters": matters, "person_categories": [*categories, nobody], "agencies": agencies}


def _labels(options: Options, policy: Policy) -> Options:
    """The lists with what nobody can apply for: cases that came by an authority's notice."""
    noticed = {"matters": "intake.notice_matters", "person_categories": "intake.notice_grounds"}
    added = {
        name: [{"value": row["code"], "label": row["label"]} for row in policy.get(path)]
        for name, path in noticed.items()
    }
    return {name: [*options[name], *added.get(name, [])] for name in options}
