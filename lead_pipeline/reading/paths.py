"""A JSON record -> its values by path: `contact.email`, `phones[2].number`.

Lists of names and values (Meta's `field_data`, Google's `user_column_data`) give a value by name.
What a path means is mapping's part.
"""

import json
from collections.abc import Iterator
from typing import Any

# Deeper, and in longer lists, stands nothing of a person; it is kept as JSON.
_DEEPEST = 6
_MOST_ITEMS = 10
# Members that name a value, and those that have it.
_NAMES = ("name", "column_id", "key", "field")
_VALUES = ("values", "value", "string_value")


class Pairs(list[tuple[str, Any]]):
    """An object's pairs in their order, so that a key named twice is seen."""


class Number(str):
    """A number as it was written, so that none of its digits is lost."""

    __slots__ = ()


def by_path(record: Pairs) -> Iterator[tuple[str, object]]:
    """Path and value of each member; a value is a text, a number, a boolean, None, or what is kept
    as JSON. A record that is nothing but one object in another is that object."""
    while len(record) == 1 and isinstance(record[0][1], Pairs) and record[0][1]:
        record = record[0][1]
    taken = {key for key, _ in record}
    for key, value in record:
        for path, found in _members(key, value, 1):
            name = path if path == key or path not in taken else f"{key}.{path}"
            taken.add(name)
            yield name, found


def compact(value: object) -> str:
    """JSON as it was sent, without blanks; what is nested beyond all sense only about so."""
    try:
        return _written(value)
    except RecursionError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _written(value: object) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Pairs):
        members = (f"{_written(key)}:{_written(member)}" for key, member in value)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _members(path: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, Pairs) and value and depth < _DEEPEST:
        for key, member in value:
            yield from _members(f"{path}.{key}", member, depth + 1)
    elif isinstance(value, list) and not isinstance(value, Pairs) and _is_split(value):
        named = [_named(item) for item in value]
        for number, (item, pair) in enumerate(zip(value, named, strict=True), 1):
            if pair is not None and None not in named:
                yield pair
            else:
                yield from _members(f"{path}[{number}]", item, depth + 1)
    elif value != []:  # nor {}: nothing stands there
        yield path, value


def _is_split(items: list[object]) -> bool:
    """Whether a list is of objects, and few, or of names and values, however many."""
    objects = all(isinstance(item, Pairs) and item for item in items)
    return bool(items) and objects and (len(items) <= _MOST_ITEMS or None not in map(_named, items))


def _named(item: object) -> tuple[str, object] | None:
    members = dict(item) if isinstance(item, Pairs) else {}
    name = next((members[key] for key in _NAMES if key in members), None)
    has = next((key for key in _VALUES if key in members), None)
    if not isinstance(name, str) or not name or has is None:
        return None
    return name, members[has]
