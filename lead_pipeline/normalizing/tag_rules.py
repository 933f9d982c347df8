"""Reads the rules for tags out of a TOML file, and refuses what is no rule with its place.

What the rules do is in tags.py; data/tags.toml says how they are written.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.errors import OperatorError
from lead_pipeline.normalizing.tags import OutsideRule, Rule, ValueRule

_KEYS = {"tag", "fields", "pattern", "unless", "outside"}
# What a value within the area looks like in the normalized table. An area code is of the North
# American plan (+1) unless it is written with its country: +4420.
_PLACES = {
    "countries": "^({})$",
    "states": "^({})$",
    "postal_codes": "^({})",
    "area_codes": r"^\+({})",
}
_Area = Mapping[str, str]


def load_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """The rules of a TOML file, or those of the project where there is none at `path`.

    A file that states an `area` and no `rule` keeps the rules of the project, in that area.

    Raises:
        OperatorError: the file cannot be read, or a rule in it is not one; the message says which.
    """
    if path is None or not path.exists():
        return _bundled()
    try:
        return _rules(_stated() | tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise OperatorError(f"The tag rules in {path} cannot be read: {error}") from error


@cache
def _bundled() -> tuple[Rule, ...]:
    return _rules(_stated())


def _stated() -> dict[str, Any]:
    bundled = resources.files("lead_pipeline.normalizing") / "data" / "tags.toml"
    return tomllib.loads(bundled.read_text(encoding="utf-8"))


def _rules(stated: Mapping[str, Any]) -> tuple[Rule, ...]:
    area = _area(stated.get("area", {}))
    rules = (_rule(number, raw, area) for number, raw in enumerate(stated["rule"], start=1))
    return tuple(rule for rule in rules if rule is not None)


def _area(stated: Mapping[str, Any]) -> _Area:
    """Kind of place -> the pattern of those within the area, for the kinds that are stated."""
    patterns: dict[str, str] = {}
    for kind, places in stated.items():
        if kind not in _PLACES:
            raise OperatorError(f"[area]: no such key: {kind}; there are {', '.join(_PLACES)}")
        if not (isinstance(places, list) and places):
            raise OperatorError(f"[area]: `{kind}` needs a list of them")
        written = [str(place).strip() for place in places]
        if kind == "area_codes":
            written = [code[1:] if code.startswith("+") else f"1{code}" for code in written]
        patterns[kind] = _PLACES[kind].format("|".join(map(re.escape, written)))
    return patterns


def _rule(number: int, raw: Mapping[str, Any], area: _Area) -> Rule | None:
    """The rule as it stands in the file; None if it needs an area and nobody stated one."""
    name = raw.get("tag")
    where = f"Tag rule {number} ({raw.get('tag', 'without a tag')})"
    if unknown := set(raw) - _KEYS:
        raise OperatorError(f"{where}: no such key: {', '.join(sorted(unknown))}")
    if isinstance(name, str) and not re.fullmatch(r"[\w-]+", name):
        raise OperatorError(f"{where}: a tag has letters, digits, _ and - only")
    if isinstance(name, str) and "outside" in raw:
        return _outside(name, raw["outside"], area, where)
    fields = raw.get("fields")
    if not (isinstance(name, str) and isinstance(fields, list) and fields):
        raise OperatorError(f"{where}: needs `tag` (a text) and `fields` (a list of columns)")
    patterns = {key: str(raw.get(key, "")) for key in ("pattern", "unless")}
    if not any(patterns.values()):
        raise OperatorError(f"{where}: needs a `pattern`, an `unless` or both")
    for key, pattern in patterns.items():
        _check(pattern, f"{where}: `{key}`")
    return ValueRule(name, tuple(map(str, fields)), **patterns)


def _outside(name: str, told_by: object, area: _Area, where: str) -> OutsideRule | None:
    if not (isinstance(told_by, dict) and told_by and told_by.keys() <= _PLACES.keys()):
        raise OperatorError(f"{where}: `outside` says which columns tell: {', '.join(_PLACES)}")
    if not all(isinstance(columns, list) for columns in told_by.values()):
        raise OperatorError(f"{where}: `outside` needs lists of columns")
    places = tuple(
        ValueRule(name, tuple(map(str, columns)), area[kind])
        for kind, columns in told_by.items()
        if kind in area
    )
    return OutsideRule(name, places) if places else None


def _check(pattern: str, where: str) -> None:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise OperatorError(f"{where} is no regular expression of RE2: {error}") from error
