"""Contexts: reading, listing and making them."""

from shared.feel.builtins.signature import built_in
from shared.feel.errors import NoValue
from shared.feel.values import Value


@built_in("get value")
def get_value(m: dict[str, Value], key: str) -> Value:
    """The entry's value; null where there is none."""
    return m.get(key)


@built_in("get value")
def get_value_at(context: dict[str, Value], keys: list[Value]) -> Value:
    """The value at the end of a path of keys; null where it breaks off."""
    value: Value = context
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@built_in("get entries")
def get_entries(m: dict[str, Value]) -> list[Value]:
    """A list of `{key, value}` contexts."""
    return [{"key": key, "value": value} for key, value in m.items()]


@built_in("context")
def context(entries: list[Value]) -> dict[str, Value]:
    """A context from `{key, value}` contexts; no key may stand twice."""
    result: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or "value" not in entry or key in result:
            raise NoValue("an entry has no key or no value, or its key stands twice")
        result[key] = entry["value"]
    return result


@built_in("context put")
def context_put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    """With one entry more, or changed."""
    return {**context, key: value}


@built_in("context put")
def context_put_at(context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    """With the value at the end of a path of keys."""
    if not keys or not all(isinstance(key, str) for key in keys):
        raise NoValue("the keys must be texts")
    key, *deeper = keys
    if not deeper:
        return {**context, key: value}
    inner = context.get(key, {})
    if not isinstance(inner, dict):
        raise NoValue("the path leads through a value that is no context")
    return {**context, key: context_put_at(inner, deeper, value)}


@built_in("context merge")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    """All entries in one context; later ones win."""
    if not all(isinstance(context, dict) for context in contexts):
        raise NoValue("not all items are contexts")
    return {key: value for context in contexts for key, value in context.items()}
