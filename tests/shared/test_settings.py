"""Settings come from the environment, once, and what is wrong is named."""

from pathlib import Path

import pytest

from shared.settings import Settings, SettingsError


def test_without_an_environment_it_is_the_trial() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.database_of("review") == "sqlite:///var/review.db"
    assert not settings.is_test


def test_every_setting_is_its_name_in_capitals() -> None:
    given = {
        "ENVIRONMENT": "test", "DATABASE_URL": "postgresql+psycopg://fayuan@/fayuan", "QUEUE_PREFIX": "a.",
        "TRANSPORT_URL": "amqp://localhost/", "KEYS_DIR": "/k", "FILES_DIR": "/f", "WORKFLOWS_DIR": "/w",
        "POLICY_PROFILE": "wenzhou", "PUBLIC_URL": "https://example.org", "CLOCK_FILE": "/c",
        "LOG_LEVEL": "DEBUG", "DEPLOYMENT_SECONDS": "7", "DEPLOYMENT_MEGABYTES": "300",
        "TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.7/32",
    }  # fmt: skip
    settings = Settings.from_env(given)
    assert {name.upper() for name in Settings.__dataclass_fields__} == set(given)
    shown = {name: getattr(settings, name.lower()) for name in given}
    listed = {
        name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in shown.items()
    }
    assert listed == given
    assert isinstance(settings.clock_file, Path)
    assert settings.database_of("review") == given["DATABASE_URL"]


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.from_env({"QUEUE_PREFIX": "", "LOG_LEVEL": ""}) == Settings()


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("amqps://fayuan:secret@broker/\n")
    given = {"TRANSPORT_URL_FILE": str(tmp_path / "url"), "TRANSPORT_URL": "amqp://other/"}
    assert Settings.from_env(given).transport_url == "amqps://fayuan:secret@broker/"


def test_passwords_are_not_shown() -> None:
    given = {"DATABASE_URL": "postgresql://u:hidden@db/x", "TRANSPORT_URL": "amqp://u:hidden@mq/"}
    assert "hidden" not in repr(Settings.from_env(given))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
        ({"CLOCK_FILE": "/c"}, "CLOCK_FILE"),
        ({"CLOCK_FILE": "/c", "ENVIRONMENT": "production"}, "CLOCK_FILE"),
        ({"DATABASE_URL": "sqlite:///one.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://db/{service}"}, "DATABASE_URL"),
        ({"TRANSPORT_URL": "redis://cache/"}, "TRANSPORT_URL"),
        ({"TRANSPORT_URL_FILE": "/nowhere/url"}, "TRANSPORT_URL_FILE"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"DEPLOYMENT_SECONDS": "0"}, "DEPLOYMENT_SECONDS"),
        ({"DEPLOYMENT_MEGABYTES": "1 GB"}, "DEPLOYMENT_MEGABYTES"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env(given)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match="DATABASE_URL_FILE"):
        Settings.from_env({"DATABASE_URL_FILE": str(tmp_path / "url")})
