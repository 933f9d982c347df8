"""How data of any kind looks on a terminal, and as JSON: the same in every command."""

import json
from typing import Any


def counted(count: int, noun: str) -> str:
    """`1 lead`, `2,000 leads`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def as_json(value: Any) -> str:
    """One line of JSON; dates as ISO 8601, decimals as text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
