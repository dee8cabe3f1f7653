"""A message on the wire: a CloudEvent for everyone, our own shape with sealed fields between services."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft7Validator

from shared.messaging.envelope import UnreadableMessage, from_wire, label_of, to_wire
from shared.secrecy import Keyring
from tests.shared.messaging.depot import CASE, SECRET, ParcelSeen, ParcelStored, StoreParcel, envelope, order

SEEN = envelope(ParcelSeen(case_id=CASE, weight=3), 12, job_key=None)
NON_EMPTY = {"type": "string", "minLength": 1}
CLOUD_EVENT = {  # the attributes of CloudEvents 1.0, JSON format
    "required": ["id", "source", "specversion", "type"],
    "properties": {
        "id": NON_EMPTY, "source": {**NON_EMPTY, "format": "uri-reference"}, "specversion": {"const": "1.0"},
        "type": NON_EMPTY, "datacontenttype": NON_EMPTY, "subject": NON_EMPTY,
        "time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$"},
        "data": {}, "sequence": NON_EMPTY, "causeid": NON_EMPTY,
    },
    "additionalProperties": False,
}  # fmt: skip


def event(keys: Keyring, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_wire(replace(SEEN, **changes), keys))
    return found


@pytest.mark.parametrize("changes", [{}, {"cause": CASE}, {"subject": ""}])
def test_a_public_event_is_a_cloud_event(keys: Keyring, changes: dict[str, Any]) -> None:
    Draft7Validator(CLOUD_EVENT).validate(event(keys, **changes))
    changed = replace(SEEN, **changes)
    assert from_wire(to_wire(changed, keys), keys) == changed


def test_a_cloud_event_says_type_source_case_and_number(keys: Keyring) -> None:
    said = event(keys)
    assert said["type"] == "cn.fayuan.depot.parcel_seen"
    assert said["source"] == "/fayuan/office"
    assert said["subject"] == str(CASE)
    assert said["sequence"] == "000000012"
    assert said["data"] == {"case_id": str(CASE), "weight": 3}


def test_numbers_of_a_case_sort_as_text(keys: Keyring) -> None:
    texts = [event(keys, sequence=n)["sequence"] for n in (9, 10, 99, 100)]
    assert texts == sorted(texts)


def test_a_command_keeps_all_it_has_and_shows_nothing_personal(keys: Keyring) -> None:
    sent = envelope(order(4), cause=CASE)
    wire = to_wire(sent, keys)
    assert from_wire(wire, keys) == sent
    assert from_wire(wire.encode(), keys) == sent
    assert sent.message() == order(4)
    assert SECRET not in wire
    assert SECRET not in json.dumps(json.loads(wire), ensure_ascii=False)


def test_a_sealed_field_does_not_open_in_another_message(keys: Keyring) -> None:
    stolen = json.loads(to_wire(envelope(order(4)), keys))
    stolen["name"] = "depot.unknown"
    assert SECRET not in str(from_wire(json.dumps(stolen), keys))
    stolen["name"] = StoreParcel.NAME
    stolen["body"]["sender"] = Keyring({"k1": bytes(32)}, "k1").seal(
        {"name": SECRET}, "depot.store_parcel.sender"
    )
    with pytest.raises(UnreadableMessage):
        from_wire(json.dumps(stolen), keys)


@pytest.mark.parametrize("wire", ["", "nonsense", "[]", "3", "null", "{}", b"\xff\xfe\x00", "[" * 100_000])
def test_what_is_not_ours_is_unreadable_and_not_quoted(keys: Keyring, wire: str | bytes) -> None:
    with pytest.raises(UnreadableMessage) as refused:
        from_wire(wire, keys)
    assert "nonsense" not in str(refused.value)
    assert label_of(wire) == ("", "")


def test_a_name_without_a_contract_is_unreadable(keys: Keyring) -> None:
    unknown = from_wire(to_wire(envelope(order(1), name="depot.unknown"), keys), keys)
    with pytest.raises(UnreadableMessage, match=r"no contract is called depot\.unknown"):
        unknown.message()


def test_a_label_is_what_the_message_claims(keys: Keyring) -> None:
    for sent in (SEEN, envelope(order(1))):
        assert label_of(to_wire(sent, keys)) == (sent.name, str(sent.id))


def test_only_commands_ask_and_only_events_are_public() -> None:
    stored = envelope(ParcelStored(case_id=CASE, parcel=CASE))
    assert [each.asks for each in (envelope(order(1)), SEEN, stored)] == [True, False, False]
    assert [each.public for each in (envelope(order(1)), SEEN, stored)] == [False, True, False]
    assert replace(stored, subject="").case_id is None
