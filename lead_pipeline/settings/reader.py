"""Reads settings one by one, and secrets from files that nobody else may read."""

import json
import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# A public service account's key names itself so; the other is what `gcloud` leaves for a user.
_CREDENTIALS = ("service_account", "authorized_user")


class Reader:
    """Reads single settings and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str], problems: list[str]) -> None:
        self._environment = environment
        self.problems = problems

    def all_of(self, source: str, needed: tuple[str, ...]) -> bool:
        """Whether a source is configured; stated by half is a mistake."""
        missing = [name for name in needed if not self._stated(name)]
        there = [name for name in needed if self._stated(name)]
        if missing and there:
            self.problems.append(f"{there[0]} is set, {missing[0]} is not: {source} needs both")
        return not missing

    def _stated(self, name: str) -> bool:
        return bool(self.text(name) or self.text(f"{name}_FILE"))

    def text(self, name: str, default: str = "") -> str:
        return self._environment.get(name, "").strip() or default

    def address(self, name: str, default: str) -> str:
        address = self.text(name, default).rstrip("/")
        if not re.match(r"https?://[^/\s]", address):
            self.problems.append(f"{name} must be like https://example.com, not {address!r}")
        return address

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.text(name).split(",") if one.strip())

    def secret(self, name: str) -> str | None:
        """The secret itself, or what its file holds."""
        path = self.text(f"{name}_FILE")
        return self._file(f"{name}_FILE", Path(path)) if path else self.text(name) or None

    def credentials(self, name: str) -> Mapping[str, Any]:
        """Google's credentials: their JSON, or the path of a file with it."""
        text = self.secret(name) or "{}"
        if not text.startswith("{"):
            text = self._file(name, Path(text)) or "{}"
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        if not isinstance(found, dict) or found.get("type") not in _CREDENTIALS:
            self.problems.append(
                f"{name} must be the JSON of a service account's key, or the path of its file"
            )
            return {}
        return found

    def digits(self, name: str) -> tuple[str, ...]:
        found = tuple(one.replace("-", "") for one in self.listed(name))
        if wrong := [one for one in found if not (one.isascii() and one.isdigit())]:
            self.problems.append(f"{name} must be like 123-456-7890, not {wrong[0]!r}")
        return found

    def zone(self, name: str, default: str) -> str:
        zone = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(f"{name} must be a name such as {default}, not {zone!r}")
        return zone

    def pairs(self, name: str) -> dict[str, str]:
        """`+12025550110=Autumn, +12025550111` as what each one is followed by."""
        return {
            one.strip(): said.strip()
            for one, _, said in (pair.partition("=") for pair in self.listed(name))
        }

    def _file(self, name: str, path: Path) -> str | None:
        try:
            if path.stat().st_mode & 0o077:
                self.problems.append(f"{name}: others may read {path}: `chmod 600` it")
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            self.problems.append(f"{name}: {path} cannot be read ({error.strerror})")
            return None
