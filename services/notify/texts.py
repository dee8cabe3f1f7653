"""The texts of notices: one YAML file per template in `notices/`, rendered for one reader.

Each file has `title`, `body`, `short` (the text message) and perhaps `link` with `link_text`, all Jinja in
a sandbox where a missing value is an error. What they may name: `to` (applicant, handler, staff), `name`,
`number`, `case_id`, `agency`, `telephone`, `about`, `due`, `handler`, `answers`, `defects`, `grounds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.web.words import day, moment

NOTICES = Path(__file__).parent / "notices"
ACCOUNT_NOTICES = Path(__file__).parent / "account_notices"
"""Texts about an account, which belong to no case: they may name `name`, `telephone` and `about`."""
_SIGN = "【法援在线】"
_PASS_ON = "受援人没有本平台的账号，请向本人转告下面的内容；需要本人答复的，请与法律援助机构联系。\n\n"
_REQUIRED, _OPTIONAL = ("title", "body", "short"), ("link", "link_text")


class UnknownNotice(LookupError):
    """There is no text for this kind of notice."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A notice as one reader gets it."""

    title: str
    body: str
    short: str
    link: str | None
    link_text: str | None


def render(template: str, facts: Mapping[str, Any], folder: Path = NOTICES) -> Text:
    """The text for one reader; raises UnknownNotice, and jinja2's UndefinedError for a missing fact."""
    parts = {name: part.render(facts).strip() for name, part in _parts_of(template, folder).items()}
    return Text(**{name: parts[name] for name in _REQUIRED}, **{n: parts.get(n) or None for n in _OPTIONAL})  # type: ignore[arg-type]


def passed_on(text: Text, link: str) -> Text:
    """The applicant's text as it goes to whoever tells the applicant, who has no account."""
    short = text.short.replace(_SIGN, f"{_SIGN}请转告受援人：", 1)
    title, body = f"请转告受援人：{text.title}", _PASS_ON + text.body
    return replace(text, title=title, body=body, short=short, link=link, link_text="打开案件")


def template_names(folder: Path = NOTICES) -> set[str]:
    """Every kind of notice there is a text for."""
    return {path.stem for path in folder.glob("*.yaml")}


@cache
def _parts_of(template: str, folder: Path) -> dict[str, Template]:
    if template not in template_names(folder):
        raise UnknownNotice(template)
    texts: dict[str, str] = yaml.safe_load((folder / f"{template}.yaml").read_text(encoding="utf-8"))
    return {name: _environment().from_string(text) for name, text in texts.items()}


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(day=day, moment=moment)
    return environment
