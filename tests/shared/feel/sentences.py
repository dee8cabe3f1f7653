"""FEEL expressions made from the grammar in sentences.yaml."""

import re
from pathlib import Path

import yaml
from hypothesis import strategies as st

_TEXT = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
GRAMMAR: dict[str, list[str]] = {kind: rules.splitlines() for kind, rules in yaml.safe_load(_TEXT).items()}
"""Rules by kind; a rule without `$` ends the expression."""

VARIABLES: dict[str, object] = {
    "x": 2.5,
    "年龄": 70,
    "monthly income": 1200.25,
    "name": "小红",
    "names": ["甲", "a", "b"],
    "eligible": True,
    "person": {"income": 0.75, "name": "abc", "local": False},
    "partial_sums": [1, 3, 6.5],
}
"""The variables that the rules name, with values of the kind they stand for."""

_PLACE = re.compile(r"\$(\w+)")


def sentences(kind: str, depth: int, mixed: bool = False) -> st.SearchStrategy[str]:
    """Expressions of a kind with so many levels of rules; `mixed` puts any kind in any place."""
    chosen = GRAMMAR[kind] if depth else _ends(kind)
    return st.sampled_from(chosen).flatmap(lambda rule: _filled(rule, depth - 1, mixed))


def _filled(rule: str, depth: int, mixed: bool) -> st.SearchStrategy[str]:
    possible = sorted(kind for kind in GRAMMAR if depth > 0 or _ends(kind))
    any_kind = st.sampled_from(possible).flatmap(lambda kind: sentences(kind, depth, mixed))
    pieces = [
        (any_kind if mixed else sentences(piece, depth)) if number % 2 else st.just(piece)
        for number, piece in enumerate(_PLACE.split(rule.replace("$$", "\0")))
    ]
    return st.tuples(*pieces).map(lambda parts: "".join(parts).replace("\0", "$"))


def _ends(kind: str) -> list[str]:
    return [rule for rule in GRAMMAR[kind] if not _PLACE.search(rule)]
