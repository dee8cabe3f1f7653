"""Patterns of process owners: useful ones pass, ones that could run away are refused."""

import time

import pytest

from shared.forms.patterns import TEXT_LIMIT, PatternRefused, bounded_pattern


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"^\d{6}$", "210008", "21000a"),
        (r"^[\u4e00-\u9fff·]{2,20}$".replace(r"\u4e00-\u9fff", "一-龥"), "阿依古丽·买买提", "A"),
        (r"^(苏|浙|桂)[A-Z]-?\d{5}$", "苏A-12345", "京A-12345"),
        (r"^.*号$", "第 7 号", "第 7 件"),
        (r"^(?:ab)*c?$", "ababc", "aba"),
        (r"^$", "", "a"),
        (r"^a|b$", "b", "xb"),
        (r"^\d{2,}\.\d{1,2}$", "12.5", "1.5"),
    ],
)
def test_allowed_patterns_match_the_whole_text(pattern, right, wrong):
    compiled = bounded_pattern(pattern)

    assert compiled.fullmatch(right)
    assert not compiled.fullmatch(wrong)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{6}",  # not anchored: the browser would search, the server match
        r"^\d{6}",
        r"^\d{6}\$",
        r"^(a+)+$",
        r"^(a|a)*$",
        r"^(a|b|ab){30}$",
        r"^(.*a){21}$",
        r"^.*.*.*=.*$",
        r"^(a)\1$",
        r"^(?=a)a$",
        r"^(?P<n>a)$",
        r"^(?i)a$",
        r"^a+?$",
        r"^a++$",
        r"^a**$",
        r"^a{3,2}$",
        r"^a{1000}$",
        r"^\p{L}$",
        r"^\bword\b$",
        r"^[[:alpha:]]$",
        r"^[a--b]$",
        r"^[z-a]$",
        r"^(ab$",
        r"^ab)$",
        r"^a$b$",
        r"^\$",
        "^" + "a" * 200 + "$",
    ],
)
def test_refused_patterns(pattern):
    with pytest.raises(PatternRefused):
        bounded_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"^.*a.*b$", r"^(a?b?c?){5}x$", r"^[ab]*[ab]*c$", r"^(a|aa){15}$"])
def test_the_worst_allowed_patterns_fail_quickly(pattern):
    compiled = bounded_pattern(pattern)
    started = time.perf_counter()

    assert not compiled.fullmatch("a" * TEXT_LIMIT)
    assert time.perf_counter() - started < 1
