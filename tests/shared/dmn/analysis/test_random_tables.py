"""Random small tables: what the analysis says agrees with trying every sample out."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.dmn.analysis.boxes import Budget, bits_of, remainder, widest
from shared.dmn.analysis.cells import read_cell
from shared.dmn.analysis.domains import Spaces
from shared.dmn.analysis.grid import Reader
from shared.dmn.model import Model
from shared.feel import compile_expression, compile_unary_tests

NUMBERS = st.sampled_from(["0", "1", "2", "3.5", "-1"])
DATES = st.sampled_from(['@"2024-02-28"', 'date("2024-03-01")', '@"2024-03-02"'])
TEXTS = st.sampled_from(['"a"', '"b"', '"c"'])


def intervals(ends):
    signs = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!=", ""]), ends).map(" ".join)
    spaces = st.tuples(st.sampled_from("[("), ends, ends, st.sampled_from("])"))
    return st.one_of(signs, spaces.map(lambda part: f"{part[0]}{part[1]}..{part[2]}{part[3]}"))


def cells(single):
    several = st.lists(single, min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), several, several.map(lambda text: f"not({text})"))


CELLS = {
    "number": cells(st.one_of(intervals(NUMBERS), st.just("null"))),
    "date": cells(intervals(DATES)),
    "string": cells(st.one_of(TEXTS, st.just("null"))),
    "boolean": cells(st.sampled_from(["true", "false"])),
}
SAMPLES = {
    "number": ["-2", "-1", "-0.5", "0", "0.5", "1", "1.5", "2", "3", "3.5", "4", "null"],
    "date": [
        '@"2024-02-27"',
        '@"2024-02-28"',
        '@"2024-02-29"',
        '@"2024-03-01"',
        '@"2024-03-02"',
        '@"2024-03-09"',
    ],
    "string": ['"a"', '"b"', '"c"', '"z"', "null"],
    "boolean": ["true", "false"],
}
KINDS = st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=3)
TABLES = KINDS.flatmap(
    lambda kinds: st.tuples(
        st.just(kinds), st.lists(st.tuples(*(CELLS[kind] for kind in kinds)), min_size=1, max_size=5)
    )
)


def samples(kinds, rows):
    """All combinations of samples; null only in columns that test it."""
    columns = []
    for number, kind in enumerate(kinds):
        with_null = any("null" in row[number] for row in rows)
        columns.append([text for text in SAMPLES[kind] if with_null or text != "null"])
    return list(product(*columns))


def matches(row, sample, environment):
    return all(
        compile_unary_tests(cell).matches(compile_expression(text).evaluate({}, environment), {}, environment)
        for cell, text in zip(row, sample, strict=True)
    )


def findings(judge, policy, kinds, rows):
    columns = {f"列{number}": kind for number, kind in enumerate(kinds)}
    outputs = [[*row, f'"{number}"'] for number, row in enumerate(rows)]
    found = judge(policy, columns, *outputs)
    return [(f, tuple((f.example or {}).get(name) for name in columns)) for f in found]


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_gaps(judge, environment, drawn):
    kinds, rows = drawn
    gaps = [example for found, example in findings(judge, "UNIQUE", kinds, rows) if found.rule is None]
    assert not any(matches(row, gap, environment) for gap in gaps for row in rows)
    missed = [s for s in samples(kinds, rows) if not any(matches(row, s, environment) for row in rows)]
    assert bool(missed) == bool(gaps)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_overlaps(judge, environment, drawn):
    kinds, rows = drawn
    found = [(f, s) for f, s in findings(judge, "UNIQUE", kinds, rows) if f.severity == "error"]
    assert all(matches(rows[f.rule - 1], sample, environment) for f, sample in found)
    assert all(sum(matches(row, sample, environment) for row in rows) >= 2 for _, sample in found)
    together = {
        (first, second)
        for sample in samples(kinds, rows)
        for first, second in combinations(
            [number for number, row in enumerate(rows, 1) if matches(row, sample, environment)], 2
        )
    }
    told = {tuple(int(part) for part in f.message.split() if part.isdigit()) for f, _ in found}
    assert told == together


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_unused_rows(judge, environment, drawn):
    kinds, rows = drawn
    told = {f.rule for f, _ in findings(judge, "FIRST", kinds, rows) if f.rule}
    used = set()
    for sample in samples(kinds, rows):
        hit = next((n for n, row in enumerate(rows, 1) if matches(row, sample, environment)), None)
        used.add(hit)
    assert told == set(range(1, len(rows) + 1)) - used


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_gaps_as_rows_fill_the_table_exactly(table, environment, drawn):
    kinds, rows = drawn
    columns = {f"列{number}": kind for number, kind in enumerate(kinds)}
    reader = Reader(Spaces(Model("https://example.org/m", "m")), {}, environment)
    grid = reader.grid(table("UNIQUE", columns, *([*row, '"x"'] for row in rows)))
    covers = [row.possible for row in grid.rows if row.possible]
    budget = Budget(1_000_000)
    gaps = widest(remainder(grid.space, covers, budget), grid.space, covers, budget)
    filling = [
        tuple(column.axis.described(mask) for column, mask in zip(grid.columns, gap, strict=True))
        for gap in gaps
    ]
    for sample in samples(kinds, rows):
        in_table = any(matches(row, sample, environment) for row in rows)
        assert in_table != any(matches(row, sample, environment) for row in filling)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CELLS)).flatmap(lambda kind: st.tuples(st.just(kind), CELLS[kind])), st.data())
def test_described_segments_read_back(table, environment, drawn, data):
    kind, cell = drawn
    reader = Reader(Spaces(Model("https://example.org/m", "m")), {}, environment)
    (column,) = reader.grid(table("UNIQUE", {"列": kind}, [cell, '"x"'])).columns
    numbers = data.draw(st.sets(st.sampled_from(bits_of(column.axis.domain)), min_size=1))
    mask = sum(1 << number for number in numbers)
    assert column.axis.accepted(read_cell(column.axis.described(mask), [], environment)) == mask
