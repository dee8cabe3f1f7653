"""The key that signs tokens rotates: published first, used later, withdrawn when its last token ran out."""

import json
import stat
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from shared import field_keys
from shared.web.tokens import (
    LONGEST_TOKEN,
    PUBLISHED_BEFORE,
    Signer,
    TokenRefused,
    Verifier,
    create_keys,
    public_keys,
    retire_signing_keys,
    rotate_signing_key,
)

CLAIMS = {"sub": "1", "sid": "2", "roles": []}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes notice a change of the keys at once."""
    monkeypatch.setattr(field_keys, "LOOK_SECONDS", 0)


@pytest.fixture
def now() -> datetime:
    """Tokens live by the machine's time."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path)
    return tmp_path


def signer_of(token: str) -> str:
    """The id of the key that a token names."""
    header = token.split(".")[0]
    return str(json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"])


def published(folder: Path) -> list[str]:
    return [key["kid"] for key in public_keys(folder)["keys"]]


def test_a_new_key_is_published_before_it_signs(folder: Path, now: datetime) -> None:
    signer, verifier = Signer(folder), Verifier(folder)
    before = signer.sign(CLAIMS, HOUR)
    start = rotate_signing_key(folder, now)
    assert start - now == PUBLISHED_BEFORE
    still = signer.sign(CLAIMS, HOUR)
    old, _new = published(folder)
    assert (signer_of(before), signer_of(still)) == (old, old)
    assert verifier.claims(still)["sub"] == "1"


def test_processes_that_run_take_the_new_key_by_themselves(folder: Path, now: datetime) -> None:
    signer, verifier = Signer(folder), Verifier(folder)
    before = signer.sign(CLAIMS, HOUR)
    rotate_signing_key(folder, now - PUBLISHED_BEFORE)
    after = signer.sign(CLAIMS, HOUR)
    assert [signer_of(before), signer_of(after)] == published(folder)
    assert verifier.claims(after)["sub"] == verifier.claims(before)["sub"] == "1"


def test_an_old_key_is_withdrawn_once_its_last_token_ran_out(folder: Path, now: datetime) -> None:
    signer, verifier = Signer(folder), Verifier(folder)
    before = signer.sign(CLAIMS, HOUR)
    verifier.claims(before)
    start = rotate_signing_key(folder, now - PUBLISHED_BEFORE)
    over = start + LONGEST_TOKEN
    assert retire_signing_keys(folder, over - timedelta(seconds=1)) == 0
    assert verifier.claims(before)
    assert retire_signing_keys(folder, over) == 1
    with pytest.raises(TokenRefused):  # although it was verified before
        verifier.claims(before)
    assert verifier.claims(signer.sign(CLAIMS, HOUR))
    assert len(published(folder)) == 1
    assert retire_signing_keys(folder, over) == 0  # the one that signs stays


def test_no_token_outlives_its_key(folder: Path) -> None:
    signer = Signer(folder)
    assert signer.sign(CLAIMS, LONGEST_TOKEN)
    with pytest.raises(ValueError, match="that long"):
        signer.sign(CLAIMS, LONGEST_TOKEN + timedelta(seconds=1))


def test_the_private_half_stays_the_owners_and_is_not_published(folder: Path, now: datetime) -> None:
    rotate_signing_key(folder, now)
    private = folder / "identity.private.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert all("d" not in key and "signs_from" not in key for key in public_keys(folder)["keys"])
    assert {path.name for path in folder.iterdir()} == {"identity.private.json", "identity.public.json"}


def test_the_keys_of_the_first_version_are_read(folder: Path, now: datetime) -> None:
    private = folder / "identity.private.json"
    key = OKPKey.import_key(json.loads(private.read_text()))
    assert signer_of(Signer(folder).sign(CLAIMS, HOUR)) == key.kid == published(folder)[0]
    rotate_signing_key(folder, now)
    assert signer_of(Signer(folder).sign(CLAIMS, HOUR)) == key.kid
