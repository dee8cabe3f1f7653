"""The policy: the numbers, switches and lists in which jurisdictions differ.

A policy is `base.yaml` with `<profile>.yaml` merged over it (mappings key by key, lists and values
replaced), checked against `schema.yaml` in the same folder, which also holds the limits set by law.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

_PROFILE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NOT_PROFILES = frozenset({"base", "schema"})


class PolicyError(ValueError):
    """A policy that cannot be used, or a setting it does not have; the text names the setting's path."""


class Policy:
    """Immutable settings of one profile; `version` changes with every value."""

    __slots__ = ("_settings", "profile", "version")

    profile: str
    version: str

    def __init__(self, profile: str, settings: Mapping[str, Any]) -> None:
        """Take already checked settings; `load_policy` is the way to make one."""
        kept = copy.deepcopy(dict(settings))
        digest = sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        object.__setattr__(self, "_settings", kept)
        object.__setattr__(self, "profile", profile)
        object.__setattr__(self, "version", f"{profile}-{digest[:12]}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a policy cannot be changed")

    def get(self, path: str) -> Any:
        """The value at a dotted path such as `review.decision.statutory_days`; lists and groups as copies.

        Raises PolicyError for a path that the policy does not have.
        """
        value: Any = self._settings  # type: ignore[attr-defined]
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                raise PolicyError(f"{path}: the policy {self.profile} has no such setting")
            value = value[key]
        return copy.deepcopy(value) if isinstance(value, dict | list) else value


def load_policy(folder: Path, profile: str) -> Policy:
    """Read, merge and check one profile. Raises PolicyError that lists every wrong setting by its path."""
    if not _PROFILE_NAME.fullmatch(profile) or profile in _NOT_PROFILES:
        raise PolicyError(f"{profile!r} is not the name of a profile")
    settings = _merged(_read(folder / "base.yaml"), _read(folder / f"{profile}.yaml"))
    checker = _Checker(_read(folder / "schema.yaml"))
    complaints = sorted({_complaint(error) for error in checker.iter_errors(settings)})
    if complaints:
        raise PolicyError(f"policy {profile}: " + "; ".join(complaints))
    return Policy(profile, settings)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        both_groups = isinstance(below, dict) and isinstance(value, dict)
        result[key] = _merged(below, value) if both_groups else value  # type: ignore[arg-type]
    return result


class _StrictLoader(yaml.CSafeLoader):
    """YAML in which a key written twice is an error: the plain loader silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise PolicyError(f"{key} is written twice (line {node.start_mark.line + 1} on)")
        return super().construct_mapping(node, deep)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except FileNotFoundError:
        raise PolicyError(f"{path.name}: there is no such policy file") from None
    except yaml.YAMLError as error:
        raise PolicyError(f"{path.name}: {error}") from error
    if not isinstance(content, dict):
        raise PolicyError(f"{path.name}: a policy file holds settings with names")
    return content


def _ascending(_: Any, wanted: bool, value: Any, __: Any) -> Iterator[ValidationError]:
    """Of a list, or of the values of a group: each number is greater than the one before."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    numbers = [item for item in items if isinstance(item, int)]
    if wanted and any(first >= second for first, second in pairwise(numbers)):
        yield ValidationError(f"{value} is not ascending")


def _distinct(_: Any, key: str, value: Any, __: Any) -> Iterator[ValidationError]:
    names = [item.get(key) for item in value if isinstance(item, dict)]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield ValidationError(f"{key} {name} stands twice")


def _total(_: Any, wanted: dict[str, Any], value: Any, __: Any) -> Iterator[ValidationError]:
    """The numbers called `of` in the entries of a list add up to `is`."""
    numbers = [item.get(wanted["of"]) for item in value if isinstance(item, dict)]
    found = sum(number for number in numbers if isinstance(number, int))
    if found != wanted["is"]:
        yield ValidationError(f"{wanted['of']} add up to {found}, not {wanted['is']}")


_extend: Any = extend  # it carries no types
_KEYWORDS = {"ascending": _ascending, "distinct": _distinct, "total": _total}
_Checker = _extend(Draft202012Validator, _KEYWORDS)


def _complaint(error: ValidationError) -> str:
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator != "required":
        return f"{path or 'settings'}: {error.message}"
    wanted: Any = error.validator_value
    present: Any = error.instance
    missing = ", ".join(".".join(filter(None, (path, key))) for key in wanted if key not in present)
    return f"{missing}: must be present"
