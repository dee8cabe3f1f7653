"""Passwords of databases and brokers are shown nowhere: not by settings, not by errors, not in the log."""

import logging
import traceback
from pathlib import Path

import pytest

from shared.database import answers, engine_for
from shared.messaging.transport import transport_from
from shared.secrecy import Keyring
from shared.settings import Settings, SettingsError

PASSWORD = "s3cret-of-the-house"
DATABASE = f"postgresql+psycopg://fayuan:{PASSWORD}@127.0.0.1:1/fayuan"
BROKER = f"amqp://fayuan:{PASSWORD}@127.0.0.1:1/%2F"


def test_settings_printed_show_no_password() -> None:
    settings = Settings(database_url=DATABASE, transport_url=BROKER)
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert PASSWORD not in shown


@pytest.mark.parametrize("name", ["DATABASE_URL", "TRANSPORT_URL"])
def test_a_wrong_url_is_named_not_shown(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: f"mysql://fayuan:{PASSWORD}@host/db"})
    assert name in str(refused.value)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("url", [DATABASE, f"postgresql+psycopg://fayuan:{PASSWORD}@[::1/fayuan"])
def test_a_database_that_is_not_there_keeps_the_password_to_itself(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = ""
    with caplog.at_level(logging.DEBUG):
        try:
            engine = engine_for(url, "depot")
            said = repr(engine) + repr(engine.url) + str(engine.url)
            assert not answers(engine)
            with engine.connect():
                pass
        except Exception as error:  # whatever the driver raises
            said += "".join(traceback.format_exception(error))
    assert said
    assert PASSWORD not in said + caplog.text


def test_a_broker_that_is_not_there_keeps_the_password_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Keyring.create(tmp_path)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as refused:  # noqa: PT011 (pika's own kinds)
        transport_from(BROKER, Keyring.load(tmp_path), "").bind("depot", [])
    assert PASSWORD not in "".join(traceback.format_exception(refused.value)) + caplog.text
