"""What an author probably meant: hints for texts that are not FEEL, and names that are nearly right."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_HABITS = (
    (re.compile(r"&&"), "“并且”写作 and"),
    (re.compile(r"\|\|"), "“或者”写作 or"),
    (re.compile(r"=="), "判断相等只写一个“=”"),
    (re.compile(r"=>"), "“大于等于”写作 >="),
    (re.compile(r"=<"), "“小于等于”写作 <="),
    (re.compile(r"<>|≠"), "“不等于”写作 !="),
    (re.compile(r"≥"), "“大于等于”写作 >="),
    (re.compile(r"≤"), "“小于等于”写作 <="),
    (re.compile(r"!(?!=)"), "“不是”写作 not(…)"),
    (re.compile(r"'"), '文字用英文双引号，例如 "民事"'),
    (re.compile(r"\belse\s+if\b.*\belse\b|\?.*:"), "条件写作 if … then … else …"),
    (re.compile(r"%"), "百分数写成小数，例如 0.2"),
)
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_PAIRS = {")": "(", "}": "{"}
_JOINTS = re.compile(r"[\s_\-·]+")


def syntax_hint(text: str) -> str | None:
    """A hint in Chinese on what is wrong with a text that is not FEEL, or None."""
    bare = _TEXTS.sub('""', text)
    for pattern, hint in _HABITS:
        if pattern.search(bare):
            return hint
    if re.search(r"\bif\b", bare) and not re.search(r"\bthen\b.*\belse\b", bare, re.DOTALL):
        return "if 后面必须有 then 和 else"
    if bare.count('"') % 2:
        return "引号没有配对"
    for closing, opening in _PAIRS.items():
        missing = bare.count(opening) - bare.count(closing)
        if missing and ".." not in bare:
            return f"“{opening if missing < 0 else closing}”少了 {abs(missing)} 个"
    return None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, spelling of spaces and capitals aside; None if none is."""
    by_form: dict[str, str] = {}
    for one in known:
        by_form.setdefault(_form(one), one)
    found = get_close_matches(_form(name), by_form, n=1, cutoff=0.5 if len(name) < 4 else 0.65)
    return by_form[found[0]] if found else None


def _form(name: str) -> str:
    return _JOINTS.sub("", name).lower()
