"""From which address a request comes: a header is believed only from our own proxy."""

import pytest
from flask import Flask

from shared.settings import Settings, SettingsError
from shared.web.origin import client_address

PROXIES = "172.16.0.0/12, 10.1.2.3"


def address(peer: str, forwarded: str | None, proxies: str = "") -> str:
    app = Flask("depot")
    settings = Settings.from_env({"TRUSTED_PROXIES": proxies})
    app.extensions["fayuan"] = type("Runtime", (), {"settings": settings})()
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": peer}, headers=headers):
        return client_address()


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "shown"),
    [
        ("192.0.2.1", None, "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "", "192.0.2.1"),
        ("", "203.0.113.9", "", "203.0.113.9"),
        ("", "198.51.100.1, 203.0.113.9", "", "203.0.113.9"),
        ("", None, "", "unknown"),
        ("", "nonsense", "", "unknown"),
        ("172.18.0.5", "203.0.113.9", PROXIES, "203.0.113.9"),
        ("172.32.0.5", "203.0.113.9", PROXIES, "172.32.0.5"),
        ("10.1.2.3", "203.0.113.9", PROXIES, "203.0.113.9"),
        ("10.1.2.4", "203.0.113.9", PROXIES, "10.1.2.4"),
        ("10.1.2.3", "nonsense", PROXIES, "10.1.2.3"),
        ("10.1.2.3", None, PROXIES, "10.1.2.3"),
        ("::ffff:192.0.2.1", None, "", "192.0.2.1"),
        ("2001:db8::1:2:3:4", None, "", "2001:db8::/64"),
    ],
)
def test_who_asks(peer: str, forwarded: str | None, proxies: str, shown: str) -> None:
    assert address(peer, forwarded, proxies) == shown


def test_a_network_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES must be networks"):
        Settings.from_env({"TRUSTED_PROXIES": "everybody"})
