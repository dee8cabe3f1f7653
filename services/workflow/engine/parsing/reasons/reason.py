"""One reason why a model is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """What is wrong and what to do about it, in Chinese and English.

    `{detail}` is filled in where a rule is found broken.
    """

    zh: str
    en: str
    remedy: str
    remedy_en: str
