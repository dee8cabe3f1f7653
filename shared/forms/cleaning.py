"""Brings answers into one written form before anything looks at them.

Running text keeps its Chinese punctuation (NFC); numbers, dates and texts with a check or pattern are
compared character by character, so full-width digits and letters become plain ones there (NFKC).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from shared.forms.checks import CHECKS, DOCUMENT_KINDS, Check
from shared.forms.components import CHOICES, Component, properties_of, rules_of

# Control characters break databases and documents; bidirectional overrides make a text look like another one.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def cleaned(component: Component, value: Any, siblings: Mapping[str, Any]) -> Any:
    """The answer in its one written form, None when empty; what is not a text passes through unchanged."""
    if isinstance(value, list) and component["type"] in CHOICES | {"filepicker"}:
        return [plain(item) if isinstance(item, str) else item for item in value]
    if not isinstance(value, str):
        return value
    if component["type"] == "textarea":
        return _unwanted_gone(unicodedata.normalize("NFC", value)).strip() or None
    check = check_of(component, siblings)
    if check is not None:
        return check.canonical(plain(value)) or None
    if _is_running_text(component):
        return _one_line(unicodedata.normalize("NFC", value)) or None
    return plain(value) or None


def check_of(component: Component, siblings: Mapping[str, Any]) -> Check | None:
    """The named check of a text field, chosen by the sibling that tells the kind of document."""
    properties = properties_of(component)
    kind = siblings.get(properties["kind"]) if "kind" in properties else None
    if isinstance(kind, str) and properties.get("check") == "cn.ric":
        return DOCUMENT_KINDS.get(kind, DOCUMENT_KINDS["other"])
    return CHECKS.get(str(properties.get("check"))) or _phone(component)


def plain(text: str) -> str:
    """One line in NFKC: full-width digits and letters as plain ones, no spaces round it."""
    return _one_line(unicodedata.normalize("NFKC", text))


def _phone(component: Component) -> Check | None:
    return CHECKS["cn.phone"] if rules_of(component).get("validationType") == "phone" else None


def _is_running_text(component: Component) -> bool:
    rules = rules_of(component)
    return component["type"] == "textfield" and not (rules.get("pattern") or rules.get("validationType"))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", _unwanted_gone(text)).strip()


def _unwanted_gone(text: str) -> str:
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
