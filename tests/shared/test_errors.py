"""Broken rules say so in two languages; described errors tell no data."""

import os
import re

import pytest

from shared.errors import Busy, Forbidden, Invalid, Malformed, NotFound, Problem, Rejected, Stale, described

CHINESE = re.compile(r"[\u4e00-\u9fff].*[。！]$")


def every(kind: type[Problem]) -> list[type[Problem]]:
    return [kind, *(below for child in kind.__subclasses__() for below in every(child))]


@pytest.mark.parametrize("kind", [k for k in every(Problem) if k.__module__ == "shared.errors"])
def test_every_problem_has_a_title_a_chinese_message_and_a_status(kind: type[Problem]) -> None:
    problem = kind()
    assert problem.title.endswith(".")
    assert str(problem) == problem.title
    assert CHINESE.search(problem.message)
    assert 400 <= problem.status <= 503


def test_the_status_follows_from_the_kind() -> None:
    kinds = (Rejected, Stale, Invalid, Malformed, Forbidden, NotFound, Busy)
    assert [kind.status for kind in kinds] == [409, 409, 422, 400, 403, 404, 503]


def test_a_message_can_be_replaced_and_details_added() -> None:
    problem = Rejected("请先完成审查。", rule="four_eyes")
    assert (problem.message, problem.details) == ("请先完成审查。", {"rule": "four_eyes"})
    assert Rejected().message == Rejected.zh


def test_an_invalid_request_names_its_fields() -> None:
    assert Invalid({"phone": ["号码不对。"]}).fields == {"phone": ["号码不对。"]}
    assert Invalid().fields == {}


def test_an_error_is_described_without_its_text() -> None:
    with pytest.raises(KeyError) as raised:
        os.environ["虚构的人名"]
    assert re.fullmatch(r"KeyError in test_errors\.py:\d+", described(raised.value))
    assert described(KeyError("虚构的人名")) == "KeyError"
