"""Ids follow from what caused them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import Ids

SEED = UUID("00000000-0000-7000-8000-000000000001")
OTHER = UUID("00000000-0000-7000-8000-000000000002")
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def series(seed: UUID, count: int) -> list[UUID]:
    ids = Ids(seed)
    return [ids.uuid() for _ in range(count)]


def test_the_same_seed_makes_the_same_series() -> None:
    assert series(SEED, 5) == series(SEED, 5)
    assert not set(series(SEED, 50)) & set(series(OTHER, 50))
    assert len(set(series(SEED, 50))) == 50


@given(st.uuids())
def test_uuids_are_those_of_the_standard(seed: UUID) -> None:
    assert series(seed, 3) == [uuid5(seed, f"id {number}") for number in (1, 2, 3)]


def test_keys_and_uuids_share_one_count() -> None:
    one, two = Ids(SEED), Ids(SEED)
    one.key(NOW)
    two.uuid()
    assert one.uuid() == two.uuid()


@given(st.uuids(), st.integers(1, 200))
def test_keys_of_one_moment_differ_and_fit_in_63_bits(seed: UUID, count: int) -> None:
    ids = Ids(seed)
    keys = [ids.key(NOW) for _ in range(count)]
    assert len(set(keys)) == count
    assert all(0 < key < 2**63 for key in keys)


def test_later_keys_are_larger() -> None:
    keys = [Ids(SEED).key(NOW + timedelta(milliseconds=n)) for n in range(5)]
    assert keys == sorted(set(keys))


def test_a_key_tells_its_millisecond() -> None:
    assert Ids(SEED).key(NOW) >> 21 == int(NOW.timestamp() * 1000)


def test_the_same_seed_and_moment_make_the_same_key() -> None:
    assert Ids(SEED).key(NOW) == Ids(SEED).key(NOW)
    assert Ids(SEED).key(NOW) != Ids(OTHER).key(NOW)
