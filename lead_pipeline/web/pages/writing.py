"""How figures, sizes and times are written on pages."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

_MINUTE = 60
_KILO = 1024


def number(value: float | None) -> str:
    """With separators of thousands; nothing where there is no figure."""
    return "" if value is None else f"{value:,}"


def size(count: int) -> str:
    """Bytes as people say them."""
    amount = float(count)
    for unit in ("bytes", "KB", "MB"):
        if amount < _KILO:
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= _KILO
    return f"{amount:,.1f} GB"


def seconds(value: float | None) -> str:
    if value is None:
        return ""
    if value < _MINUTE:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours} h {minutes} min"


def money(value: Decimal | float | None) -> str:
    """An amount in the account's currency; a price per lead may have more than two places."""
    if value is None:
        return ""
    whole = Decimal(str(value)).normalize()
    exponent = whole.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{whole:,.{places}f}"


def share(part: int, whole: int) -> str:
    """A part in per cent of the whole."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def moment(zone: str) -> Callable[[datetime | str | None], Markup]:
    """A time in the account's time zone, to the minute, machines find the exact one beside it."""

    def written(value: datetime | str | None) -> Markup:
        if value is None:
            return Markup("")
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        here = at.astimezone(ZoneInfo(zone))
        exact = at.astimezone(UTC).isoformat(timespec="seconds")
        return Markup('<time datetime="{}">{}</time>').format(exact, f"{here:%Y-%m-%d %H:%M}")

    return written


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": number,
    "size": size,
    "seconds": seconds,
    "money": money,
}
