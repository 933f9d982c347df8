"""Pages out of templates: what every page has, and faults as pages."""

from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from lead_pipeline.access.tokens import Role, Who
from lead_pipeline.web.guard import LOCAL, of_gate
from lead_pipeline.web.pages import assets, writing
from lead_pipeline.web.pages.bell import bell
from lead_pipeline.web.pages.texts import texts

_VIEWERS = frozenset(role for role in Role if role >= Role.VIEWER)
_OPERATORS = frozenset(role for role in Role if role >= Role.OPERATOR)
_SELLERS = frozenset(role for role in Role if role.sees_leads)
# Where the navigation leads, and whom.
NAVIGATION = (
    ("/upload", "upload", _OPERATORS),
    ("/imports", "imports", _VIEWERS),
    ("/leads", "leads", _SELLERS),
    ("/lead-notices", "lead_notices", {Role.SALES}),  # others come there from the notices
    ("/sources", "sources", _OPERATORS),
    ("/suppliers", "suppliers", _OPERATORS),
    ("/returns", "returns", _OPERATORS),
    ("/connectors", "connectors", _VIEWERS),
    ("/dnc", "dnc", _OPERATORS),
    ("/duplicates", "duplicates", _OPERATORS),
    ("/bucket", "bucket", _OPERATORS),
    ("/stats", "stats", _VIEWERS),
    ("/notices", "notices", _VIEWERS),
)


def page(
    request: Request, template: str, /, *, code: int = HTTPStatus.OK, **facts: Any
) -> HTMLResponse:
    """A page for whom the guard has let in: the template, with the facts and its own texts."""
    settings = of_gate(request).site.settings
    who: Who | None = getattr(request.state, "who", None)
    shared = {
        "t": texts()[template],
        "shell": texts()["shell"],
        "who": who,
        "is_open": who is LOCAL,
        "navigation": [one for one in NAVIGATION if who and who.role in one[2]],
        "bell": None if template == "fault" else bell(request, who),
        "at": request.url.path,
        "moment": writing.moment(settings.time_zone),
        "Role": Role,
    }
    content = _templates().get_template(f"{template}.html").render(shared | facts)
    return HTMLResponse(content, code)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("lead_pipeline.web"),
        autoescape=True,
        undefined=StrictUndefined,  # what a page has no text or fact for is a fault, not a gap
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= writing.FILTERS
    environment.globals |= {"asset": assets.address, "share": writing.share}
    return environment
