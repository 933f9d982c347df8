"""How data of any kind looks on a terminal, and as JSON: the same in every command."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lead_pipeline.cli.terminal import echo
from lead_pipeline.imports.documents import as_json
from lead_pipeline.notices.words import counted
from lead_pipeline.settings import load_settings

__all__ = ["as_json", "counted", "shortened", "tell", "when"]


def when(moment: datetime | None, form: str = "%Y-%m-%d %H:%M %Z") -> str:
    """A moment in the account's time zone, such as `2026-11-26 14:03 EST`."""
    if moment is None:
        return "-"
    with suppress(OverflowError):  # files have days such as 1 January of the year 1
        moment = moment.astimezone(ZoneInfo(load_settings().time_zone))
    return moment.strftime(form)


def shortened(text: str, width: int) -> str:
    """At most `width` characters: the middle is left out, for names begin and end in what tells."""
    if len(text) <= width:
        return text
    end = (width - 1) // 2
    return f"{text[: width - 1 - end]}…{text[len(text) - end :]}"


def tell(in_json: bool, document: Any, text: str) -> None:
    """Print what a command found or did: as JSON, or in words."""
    echo(as_json(document) if in_json else text)
