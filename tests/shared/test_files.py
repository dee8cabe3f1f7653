"""Uploaded files: what is accepted, and that nobody reads or changes them on disk."""

import hashlib
import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from shared import field_keys
from shared.errors import NotFound, TooLarge
from shared.field_keys import add_key, seal_with
from shared.files import FileRefused, FileStore
from shared.secrecy import Keyring, SealError

PDF = b"%PDF-1.4\nsecret words\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0)  # a change of the keys is noticed at once
    Keyring.create(tmp_path / "keys")
    return FileStore(tmp_path / "files", Keyring.load(tmp_path / "keys"))


def kept(store: FileStore) -> list[Path]:
    folder = store.path("")
    return list(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png")])
def test_a_file_is_kept_by_its_digest(store: FileStore, content: bytes, media_type: str) -> None:
    file = store.keep(BytesIO(content), len(content))
    assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert file.media_type == media_type
    assert store.read(file.sha256) == content
    assert [path.name for path in kept(store)] == [file.sha256]


@pytest.mark.clause("S0-10.1.1")
def test_the_disk_shows_nothing_of_the_content(store: FileStore) -> None:
    store.keep(BytesIO(PDF), 1000)
    assert all(b"secret words" not in path.read_bytes() for path in kept(store))


def test_one_byte_too_many(store: FileStore) -> None:
    with pytest.raises(TooLarge):
        store.keep(BytesIO(PDF), len(PDF) - 1)
    assert kept(store) == []


@pytest.mark.parametrize("content", [b"", b"just text", b"<html>", b"MZ\x90\0 a program called x.pdf"])
def test_what_is_not_on_the_list_is_refused_whatever_its_name(store: FileStore, content: bytes) -> None:
    with pytest.raises(FileRefused):
        store.keep(BytesIO(content), 1000)
    assert kept(store) == []


def test_a_changed_or_swapped_file_does_not_open(store: FileStore) -> None:
    one, two = store.keep(BytesIO(PDF), 1000), store.keep(BytesIO(PNG), 1000)
    sealed = bytearray(store.path(one.sha256).read_bytes())
    store.path(two.sha256).write_bytes(bytes(sealed))
    with pytest.raises(SealError):
        store.read(two.sha256)
    sealed[-1] ^= 1
    store.path(one.sha256).write_bytes(bytes(sealed))
    with pytest.raises(SealError):
        store.read(one.sha256)


def test_a_missing_file_is_not_found(store: FileStore) -> None:
    with pytest.raises(NotFound):
        store.read("0" * 64)


def rotated(tmp_path: Path) -> None:
    seal_with(tmp_path / "keys", add_key(tmp_path / "keys"), datetime(2026, 9, 24, tzinfo=UTC))


def test_after_a_rotation_a_file_is_sealed_anew_and_keeps_its_age(store: FileStore, tmp_path: Path) -> None:
    kept_file = store.keep(BytesIO(PDF), 100)
    path = store.path(kept_file.sha256)
    os.utime(path, ns=(1_000_000_000, 2_000_000_000))  # what nobody names is deleted by its age
    counted: list[int] = []
    store.reseal(counted.append)
    assert (store.keys_named(), counted) == ({"k1": 1}, [])
    rotated(tmp_path)
    store.reseal(counted.append)
    assert (store.keys_named(), counted) == ({"k2": 1}, [1])
    assert store.read(kept_file.sha256) == PDF
    assert path.stat().st_mtime_ns == 2_000_000_000
    assert kept(store) == [path]


def test_what_does_not_open_stays_and_what_is_deleted_does_not_come_back(
    store: FileStore, tmp_path: Path
) -> None:
    broken, gone = store.keep(BytesIO(PDF), 100), store.keep(BytesIO(PDF + b"2"), 100)
    store.path(broken.sha256).write_bytes(store.path(gone.sha256).read_bytes())
    rotated(tmp_path)
    store.remove(gone.sha256)
    store.remove(gone.sha256)  # fine
    store.reseal(lambda _: None)
    assert store.keys_named() == {"k1": 1}
    assert kept(store) == [store.path(broken.sha256)]
