"""The tree of organisations: which kinds there are, what lies below what, which role is held where."""

from __future__ import annotations

KINDS = {
    "city": "城市",
    "centre": "法律援助中心",
    "station": "街道（乡镇）工作站",
    "point": "社区（村居）联络点",
    "department": "部门联络中心",
    "firm": "律师事务所",
    "legal_service": "基层法律服务所",
    "authority": "办案机关",
    "public": "社会公众",
}
FIRMS = ("firm", "legal_service")
BELOW: dict[str, tuple[str, ...]] = {
    "city": ("centre", "department", *FIRMS, "authority"),
    "centre": ("station", "department", *FIRMS, "authority"),
    "station": ("point",),
}
"""City, county, town, village (S4-七c); department centres beside the streets (S3-二(一)b)."""

_OFFICES = ("city", "centre")
_FRONT = (*_OFFICES, "station", "department")
_PLACES: dict[str, tuple[str, ...]] = {
    "clerk": (*_FRONT, "point"),
    "reviewer": _FRONT,
    "handler": (*_OFFICES, *FIRMS),
    "firm_manager": FIRMS,
    "quality_manager": FIRMS,
    "authority": ("authority",),
}


def may_lie_below(kind: str, parent: str) -> bool:
    """Whether an organisation of this kind may be added below one of the other kind."""
    return kind in BELOW.get(parent, ())


def role_fits(role: str, kind: str) -> bool:
    """Whether the role is held at organisations of this kind; all others belong to cities and centres."""
    return kind in _PLACES.get(role, _OFFICES)
