"""From which address a request really comes."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request

_SITE = 64  # bits of an IPv6 address that one customer of a provider has at least for themselves


def client_address() -> str:
    """The address of whoever asks; an IPv6 one as its /64, of which one person has every address.

    The header X-Forwarded-For is believed where only our own proxy can have sent it: on a local socket, and
    from the networks of the setting TRUSTED_PROXIES. Of several entries the last is our proxy's.
    """
    peer = request.remote_addr or ""
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    reported = _site(last) if last and _is_proxy(peer) else ""
    return reported or _site(peer) or "unknown"


def _is_proxy(peer: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return True  # a local socket has no address
    networks = current_app.extensions["fayuan"].settings.trusted_proxies
    return any(address in ip_network(each) for each in networks)


def _site(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _SITE), strict=False))
    return str(address)
