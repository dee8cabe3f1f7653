"""Years beyond Python's and nanoseconds: they read, write, compare and count like any other date or time."""

import pytest

from shared.feel import to_json
from shared.feel.moments import FarDate, FarMoment, FineTime


@pytest.mark.parametrize(
    "text",
    [
        *["10000-01-01", "-0044-03-15", "0000-02-29", "123456789-12-31", "-999999999-01-01"],
        *["12000-02-29T23:59:59", "-0001-01-01T00:00:00Z", "2024-02-29T01:02:03.000000001"],
        *["10000-07-01T12:00:00@Asia/Shanghai", "10000-01-01T00:00:00.5-05:00"],
        *["08:09:10.123456789", "08:09:10.1234567Z", "08:09:10.000000009@Asia/Shanghai"],
    ],
)
def test_what_was_read_is_written_back(evaluate, text):
    value = evaluate(f'@"{text}"')
    assert isinstance(value, FarDate | FarMoment | FineTime)
    assert evaluate("string(value)", value=value) == text
    assert to_json(value) == text


def test_what_python_can_hold_stays_pythons(evaluate):
    plain = [
        '@"9999-12-31"',
        '@"0001-01-01"',
        '@"08:09:10.123456000"',
        'date(@"12345-01-01T00:00:00") - @"P9000Y"',
    ]
    assert {type(evaluate(text)).__module__ for text in plain} == {"datetime"}


@pytest.mark.parametrize(
    "text",
    [
        'date("10000-02-30")',
        "date(10000, 13, 1)",
        'date("1000000000-01-01")',
        'date("12345-1-1")',
        'date("02024-01-01")',
    ],
)
def test_there_are_no_such_days(evaluate, text):
    assert evaluate(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"9999-12-31" < @"10000-01-01"', True),
        ('@"-0001-12-31" < @"0000-01-01"', True),
        ('@"-0002-01-01" > @"-0001-01-01"', False),
        ('@"10000-01-01T00:00:00Z" = @"10000-01-01T08:00:00+08:00"', True),
        ('@"10000-01-01T08:00:00@Asia/Shanghai" = @"10000-01-01T00:00:00Z"', True),
        ('@"10000-01-01T08:00:00" = @"10000-01-01T00:00:00Z"', True),
        ('@"08:00:00.000000001" > @"08:00:00"', True),
        ('@"08:00:00.0000000010" = @"08:00:00.000000001"', True),
        ('is(@"08:00:00.000000001Z", @"08:00:00.000000001")', False),
        ('@"10500-06-01" in [@"10000-01-01"..@"11000-01-01"]', True),
        ('@"10000-01-01" instance of date', True),
        ('@"10000-01-01T00:00:00" instance of date and time', True),
        ('@"08:00:00.000000001" instance of time', True),
    ],
)
def test_comparison(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('string(@"9999-12-31" + @"P1D")', "10000-01-01"),
        ('string(@"10000-01-01" - @"P1D")', "9999-12-31"),
        ('string(@"9999-12-31" + @"P2M")', "10000-02-29"),
        ('string(@"0001-03-31" - @"P13M")', "0000-02-29"),
        ('string(@"9999-12-31T23:59:59Z" + @"PT1S")', "10000-01-01T00:00:00Z"),
        ('string(@"9999-12-31T23:59:59@Asia/Shanghai" + @"PT1S")', "10000-01-01T00:00:00@Asia/Shanghai"),
        ('string(@"0001-01-01T00:00:00" - @"PT1S")', "0000-12-31T23:59:59"),
        ('string(@"10000-01-31T01:02:03.000000004Z" + @"P1M")', "10000-02-29T01:02:03.000000004Z"),
        ('string(@"23:59:59.000000001" + @"PT2S")', "00:00:01.000000001"),
        ('string(@"00:00:00.000000001Z" - @"PT1H")', "23:00:00.000000001Z"),
        ('string(@"10001-01-01" - @"10000-01-01")', "P366D"),
        ('string(@"10000-01-02T00:00:00Z" - @"10000-01-01")', "P1D"),
        ('@"10000-01-02T00:00:00" - @"10000-01-01"', None),
        ('string(years and months duration(@"-0001-01-01", @"10000-03-01"))', "P10001Y2M"),
        ('count(for d in @"9999-12-30"..@"10000-01-02" return d)', 4),
    ],
)
def test_counting(check, text, value):
    check(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"12345-06-07".year', 12345),
        ('@"-0044-03-15".year', -44),
        ('@"10000-01-01".weekday', 6),
        ('@"10000-01-01T02:03:04.5Z".minute', 3),
        ('@"10000-01-01T02:03:04.5Z".second', "4.5"),
        ('@"02:03:04.000000001".second', "4.000000001"),
        ('string(@"10000-07-01T00:00:00@Europe/Paris".time offset)', "PT2H"),
        ('@"10000-07-01T00:00:00@Europe/Paris".timezone', "Europe/Paris"),
        ('day of week(@"10000-01-01")', "Saturday"),
        ('day of year(@"12000-12-31")', 366),
        ('week of year(@"10000-01-03")', 1),
        ('month of year(@"-0044-03-15T12:00:00")', "March"),
        ('string(last day of month(@"12000-02-01"))', "12000-02-29"),
        ('string(date(@"10000-01-01T02:03:04Z"))', "10000-01-01"),
        ('string(time(@"10000-01-01T02:03:04.000000001Z"))', "02:03:04.000000001Z"),
        ('string(date and time(@"2024-01-01", @"02:03:04.000000001"))', "2024-01-01T02:03:04.000000001"),
        ('string(time(1, 2, 3.000000004, @"PT8H"))', "01:02:03.000000004+08:00"),
    ],
)
def test_properties_and_built_ins(evaluate, text, value):
    found = evaluate(text)
    assert found == value or str(found) == value
