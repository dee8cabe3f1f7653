"""Sealed values open with the right key in the right place only; the same text is found again."""

import json
import stat
import threading
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared import field_keys, secrecy
from shared.field_keys import KeyInUse, add_key, alone, retire_key, seal_with
from shared.secrecy import Keyring, SealError, key_of, key_of_index

VALUE = {"姓名": "虚构的人名", "n": [1, None, True]}
PLACE = "person.name"
NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def key_file(folder: Path, newest: str, **keys: int) -> Path:
    folder.mkdir(exist_ok=True)
    texts = {kid: urlsafe_b64encode(bytes([number]) * 32).decode() for kid, number in keys.items()}
    (folder / "fields.json").write_text(json.dumps({"newest": newest, "keys": texts}))
    return folder


@pytest.fixture(autouse=True)
def looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes notice a change of the keys at once."""
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0)


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    Keyring.create(tmp_path)
    return Keyring.load(tmp_path)


def test_a_sealed_value_opens_again_and_shows_nothing(keys: Keyring) -> None:
    sealed = keys.seal(VALUE, PLACE)
    assert keys.open(sealed, PLACE) == VALUE
    assert "虚构" not in sealed
    assert sealed.isascii()


def test_the_same_value_is_sealed_differently_each_time(keys: Keyring) -> None:
    assert len({keys.seal(VALUE, PLACE) for _ in range(20)}) == 20


def test_a_sealed_value_opens_only_in_its_place(keys: Keyring) -> None:
    with pytest.raises(SealError, match=r"a sealed value of person\.phone does not open"):
        keys.open(keys.seal(VALUE, PLACE), "person.phone")


def test_one_changed_character_is_noticed(keys: Keyring) -> None:
    sealed = keys.seal(VALUE, PLACE)
    for at in range(len("v1.k1."), len(sealed) - 1):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(SealError):
            keys.open(changed, PLACE)


@pytest.mark.parametrize("text", ["", "v1", "v1.k1..", "v1.k9.AAAA.AAAA", "a.b.c.d.e", "v1.k1.AAAA.深"])
def test_what_was_never_sealed_does_not_open(keys: Keyring, text: str) -> None:
    with pytest.raises(SealError):
        keys.open(text, PLACE)


def test_another_systems_keys_do_not_open_it(keys: Keyring, tmp_path: Path) -> None:
    Keyring.create(tmp_path / "other")
    with pytest.raises(SealError):
        Keyring.load(tmp_path / "other").open(keys.seal(VALUE, PLACE), PLACE)


def test_after_a_rotation_the_newest_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    before = Keyring.load(key_file(tmp_path, "k1", k1=1))
    old = before.seal(VALUE, PLACE)
    after = Keyring.load(key_file(tmp_path, "k2", k1=1, k2=2))
    new = after.seal(VALUE, PLACE)
    assert (old.split(".")[1], new.split(".")[1]) == ("k1", "k2")
    assert after.open(old, PLACE) == after.open(new, PLACE) == VALUE
    assert before.open(new, PLACE) == VALUE  # it looks at the file when it does not know the key


def test_a_process_seals_with_the_new_key_as_soon_as_the_file_says_so(tmp_path: Path) -> None:
    running = Keyring.load(key_file(tmp_path, "k1", k1=1))
    assert key_of(running.seal(VALUE, PLACE)) == "k1"
    kid = add_key(tmp_path)
    assert (kid, key_of(running.seal(VALUE, PLACE))) == ("k2", "k1")  # added first, so that all can open
    seal_with(tmp_path, kid, NOW)
    assert key_of(running.seal(VALUE, PLACE)) == key_of(running.seal_bytes(b"x", PLACE)) == "k2"


def test_a_process_looks_now_and_then_and_at_once_for_a_key_it_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 60)
    running = Keyring.load(key_file(tmp_path, "k1", k1=1))
    seal_with(tmp_path, add_key(tmp_path), NOW)
    assert key_of(running.seal(VALUE, PLACE)) == "k1"
    assert running.open(Keyring.load(tmp_path).seal(VALUE, PLACE), PLACE) == VALUE
    assert key_of(running.seal(VALUE, PLACE)) == "k2"


def test_a_retired_key_opens_nothing_and_its_id_is_not_given_again(tmp_path: Path) -> None:
    running = Keyring.load(key_file(tmp_path, "k1", k1=1))
    old = running.seal(VALUE, PLACE)
    seal_with(tmp_path, add_key(tmp_path), NOW)
    retire_key(tmp_path, "k1", NOW + WEEK, WEEK)
    running.seal(VALUE, PLACE)  # looks at the file
    with pytest.raises(SealError):
        running.open(old, PLACE)
    seal_with(tmp_path, "k2", NOW)
    assert add_key(tmp_path) == "k3"
    seal_with(tmp_path, "k3", NOW)
    retire_key(tmp_path, "k2", NOW + WEEK, WEEK)
    assert add_key(tmp_path) == "k4"


def test_a_key_that_seals_or_may_be_under_way_stays(tmp_path: Path) -> None:
    key_file(tmp_path, "k1", k1=1)
    kid = add_key(tmp_path)
    with pytest.raises(KeyInUse):  # nothing was ever sealed with another one
        retire_key(tmp_path, kid, NOW + WEEK, WEEK)
    seal_with(tmp_path, kid, NOW)
    with pytest.raises(KeyInUse):
        retire_key(tmp_path, kid, NOW + WEEK, WEEK)
    with pytest.raises(KeyInUse):
        retire_key(tmp_path, "k1", NOW + WEEK - timedelta(seconds=1), WEEK)
    retire_key(tmp_path, "k1", NOW + WEEK, WEEK)


def test_two_do_not_change_the_keys_at_once(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(BlockingIOError), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_the_blind_index_finds_the_same_text_again_under_every_key(tmp_path: Path) -> None:
    keys = Keyring.load(key_file(tmp_path, "k1", k1=1))
    before = keys.blind_index("虚构的证件号")
    assert keys.blind_indexes("虚构的证件号") == (before,)
    seal_with(tmp_path, add_key(tmp_path), NOW)
    after = keys.blind_index("虚构的证件号")
    assert keys.blind_indexes("虚构的证件号") == (after, before)
    assert (key_of_index(before), key_of_index(after)) == ("k1", "k2")
    assert len(before) == len(after) == 64
    assert before[:40] not in after
    assert keys.blind_index("虚构的证件号 ") != after
    assert Keyring({"k1": bytes(32)}, "k1").blind_index("虚构的证件号") != before


def test_the_first_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    Keyring.create(tmp_path / "keys")
    file = tmp_path / "keys" / "fields.json"
    content = file.read_text()
    Keyring.create(tmp_path / "keys")
    assert file.read_text() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    sealed: list[str] = []

    def prepare() -> None:
        Keyring.create(tmp_path)
        sealed.append(Keyring.load(tmp_path).seal(VALUE, PLACE))

    threads = [threading.Thread(target=prepare) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Keyring.load(tmp_path).open(each, PLACE) for each in sealed] == [VALUE] * 8


def test_without_keys_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Keyring.load(tmp_path)


def test_a_process_has_one_keyring(keys: Keyring) -> None:
    secrecy.install(keys)
    assert secrecy.installed() is keys
