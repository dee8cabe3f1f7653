"""Regular expressions: XPath's grammar, on engines that end."""

import time

import pytest

from shared.feel import FeelError
from shared.feel.errors import NoValue
from shared.feel.patterns import compiled

PLENTY = 5.0  # seconds


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("b.d", "", "abcde", True),
        ("a.c", "", "a\rc", False),
        ("a.c", "s", "a\rc", True),
        ("^b$", "", "a\nb\nc", False),
        ("^b$", "m", "a\nb\nc", True),
        ("a$", "", "a\n", False),
        ("K", "i", "\u212a", True),
        ("ss", "i", "ß", False),
        ("a b [ ] c", "x", "ab c", True),
        (r"\[ [a b] \]", "x", "[ ]", True),
        (r"\ d", "x", "7", True),
        ("a+(b", "q", "xa+(by", True),
        ("A+", "iq", "a+", True),
        ("[A-Z-[OI]]", "", "O", False),
        ("[A-Z-[OI]]", "i", "o", False),
        ("[A-Z-[OI]]", "i", "p", True),
        ("[a-z-[a-m-[c]]]", "", "c", True),
        ("[a-z-[a-m-[c]]]", "", "d", False),
        ("[-a]", "", "-", True),
        ("[a-]", "", "-", True),
        ("[0-9-.]", "", "-", True),
        ("[a^]", "", "^", True),
        (r"[\]\[\-]", "", "[", True),
        ("[&&a]", "", "&", True),
        (r"(.)\1", "", "xx", True),
        (r"(.)\1", "", "xy", False),
        (r"(.)\10", "", "xx0", True),
        (r"(a)|b\1", "", "b", False),
        (r"^\d$", "", "٣", True),
        (r"^\w$", "", "法", True),
        (r"^[\W]$", "", "。", True),
        (r"^\s$", "", "\u00a0", False),
        (r"^[\S]$", "", "\u00a0", True),
        (r"^\i\c*$", "", "é-1", True),
        (r"^\I$", "", "1", True),
        (r"^\C$", "", "é", False),
        (r"^\p{Lu}\P{Lu}$", "", "Aa", True),
        (r"^\p{IsCJKUnifiedIdeographs}+$", "", "法援", True),
        (r"^\P{IsBasicLatin}$", "", "a", False),
        (r"^\p{Han}+$", "", "法援", True),
        (r"^(a{99}){100}$", "", "a" * 9900, True),
        (r"^\w{1,300}$", "", "法" * 300, True),
        (r"^\w{1,300}$", "", "法" * 301, False),
        (r"^\w{1,100}@\w{1,60}(\.\w{2,20}){1,3}$", "i", "A@b.cn", True),
        ("^a{2,3}?$", "", "aaa", True),
        ("^a{2}$", "", "aaa", False),
        ("^(?:ab)+$", "", "abab", True),
        ("", "", "", True),
        ("a||b", "", "", True),
        ("\x00", "", "\x00", True),
    ],
)
def test_a_pattern_means_what_xpath_says(pattern, flags, text, found):
    assert compiled(pattern, flags).found_in(text, PLENTY) is found


@pytest.mark.parametrize(
    ("pattern", "flags", "reason"),
    [
        ("a", "g", "flag"),
        ("a", " ", "flag"),
        ("a" * 501, "", "too long"),
        ("(" * 120 + ")" * 120, "", "deeply"),
        ("((((a{999}){999}){999}){999}){999}", "", "repeats too much"),
        ("(a{101}){100}", "", "repeats too much"),
        ("(a{0,101}){0,100}", "", "repeats too much"),
        (r"((((a{99}){99}){99}){99})\1", "", "repeats too much"),
        ("a**", "", r"lone \*"),
        ("a++", "", r"lone \+"),
        ("*", "", r"lone \*"),
        ("^*", "", "nothing to repeat"),
        ("a{2,1}", "", "impossible"),
        ("a{,2}", "", "lone {"),
        ("a}", "", "lone }"),
        ("a]", "", "lone ]"),
        ("(a", "", "stays open"),
        ("a)", "", "closes nothing"),
        ("[a", "", "not complete"),
        ("[]", "", "empty"),
        ("[z-a]", "", "range"),
        (r"[a-\d]", "", "range"),
        ("[a[b]", "", "lone"),
        ("[a-[b]", "", "stays open"),
        ("[[:alpha:]]", "", "lone"),
        ("(?=a)", "", r"lone \?"),
        ("(?i)a", "", r"lone \?"),
        ("(?P<n>a)", "", r"lone \?"),
        (r"\b", "", "escape"),
        (r"\x41", "", "escape"),
        (r"\L<words>", "", "escape"),
        (r"\p{Lu", "", "escape"),
        (r"\p{ Lu}", "", "escape"),
        (r"\p{Zz}", "", "regular expression"),
        (r"\p{IsNowhere}", "", "regular expression"),
        (r"\1", "", "no such group"),
        (r"(\1)", "", "itself"),
        (r"(a)\2", "", "no such group"),
        (r"(a)[\1]", "", "escape"),
        (r"\0", "", "escape"),
        ("\\", "", "not complete"),
    ],
)
def test_what_xpath_does_not_know_is_refused_with_the_reason(pattern, flags, reason):
    with pytest.raises(NoValue, match=reason):
        compiled(pattern, flags)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "(a*)*b", "(x+x+)+y"])
def test_patterns_without_back_references_take_linear_time(pattern):
    assert not compiled(pattern, "").found_in("a" * 50_000 + "!", 0.0)


@pytest.mark.parametrize("pattern", [r"^((a+)+)\1$", r"(a|aa)+(b)\2!"])
def test_a_search_that_backtracks_for_ever_is_ended(pattern):
    started = time.process_time()
    with pytest.raises(FeelError, match="too long"):
        compiled(pattern, "").found_in("a" * 5000 + "bc", 0.02)
    assert time.process_time() - started < PLENTY


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('replace("abc", "(a)(b)", "$2$1")', "bac"),
        ('replace("abc", "(a)(b)", "[$3]")', "[]c"),
        ('replace("abc", "(a)", "$10")', "a0bc"),
        ('replace("abc", "(a)|x", "<$0>")', "<a>bc"),
        ('replace("a.c", ".", "$", "q")', "a$c"),
        (r'replace("abc", "b", "\\$\\\\")', r"a$\c"),
        ('replace("abc", "b", "$")', None),
        (r'replace("abc", "b", "\\x")', None),
        ('replace("abc", "x*", "-")', None),
        ('split("a--b", "-*")', None),
        ('extract("a1b22", "[0-9]+")', ["1", "22"]),
    ],
)
def test_replacements_and_parts(check, text, value):
    check(text, value)


def test_too_many_matches_are_refused(evaluate):
    with pytest.raises(FeelError, match="too many matches"):
        evaluate('replace(text, "a", "b")', text="a" * 10_001)
    assert evaluate('replace(text, "a", "b")', text="a" * 10_000) == "b" * 10_000
