"""Digests do not depend on order or on who computes them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from shared.digest import canonical, digest_of_items, file_item, item, sha256_of


def test_key_order_does_not_matter_but_content_does() -> None:
    assert sha256_of({"a": 1, "b": "甲"}) == sha256_of({"b": "甲", "a": 1})
    assert sha256_of({"a": 1}) != sha256_of({"a": 2})


def test_moments_decimals_and_ids_have_their_usual_text() -> None:
    value = {"t": datetime(2026, 1, 2, tzinfo=UTC), "d": Decimal("1.10"), "i": UUID(int=1)}
    assert canonical(value) == (
        '{"d":"1.10","i":"00000000-0000-0000-0000-000000000001","t":"2026-01-02T00:00:00+00:00"}'
    )


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        sha256_of({"x": object()})


def test_a_record_is_its_entries_in_any_order() -> None:
    one, two = item("finding", 1, {"ok": True}), file_item("file", 2, "ab" * 32)
    assert digest_of_items([one, two]) == digest_of_items([two, one])
    assert digest_of_items([one]) != digest_of_items([one, two])
