"""What all pages share: templates, texts, and how values look.

Pages are whole without a script: forms post to their own address, which answers with 303 and the
page again; what is wrong is told on top of it.
"""

import tomllib
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lead_pipeline.access.tokens import Who
from lead_pipeline.web.guard import LOCAL, of_site

HERE = Path(__file__).parent.parent
NAVIGATION = ("leads", "duplicates", "sources", "suppliers", "dnc")
"""The pages that every page leads to, by their addresses and their names in texts.toml."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """What stands on the pages, by page and name."""
    return tomllib.loads((HERE / "texts.toml").read_text(encoding="utf-8"))


def show(
    request: Request, who: Who, page: str, *, fault: str | None = None, **facts: Any
) -> HTMLResponse:
    """The page of this name; with `fault`, what a person did was refused, and it says why."""
    zone = ZoneInfo(of_site(request).settings.time_zone)
    told = texts()[page].get(f"told_{request.query_params.get('told', '')}")
    words = {"t": texts()[page], "all": texts(), "navigation": NAVIGATION, "page": page}
    asked = {"who": who, "local": who is LOCAL, "fault": fault, "told": told, "key": uuid4().hex}
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    body = (
        _templates()
        .get_template(f"{page}.html")
        .render(**words, **asked, zone=zone, address=request.url.path, **facts)
    )
    return HTMLResponse(body, status)


def done(path: str, told: str, **query: str) -> RedirectResponse:
    """Back to a page after a form, with what was done told by its name in texts.toml."""
    return RedirectResponse(f"{path}?{urlencode(query | {'told': told})}", HTTPStatus.SEE_OTHER)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": _moment, "day": _day, "count": _count, "share": _share}
    return made


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z") if value else ""


def _day(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%Y-%m-%d") if value else ""


def _count(value: int) -> str:
    return f"{value:,}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"
