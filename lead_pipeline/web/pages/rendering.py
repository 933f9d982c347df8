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
from lead_pipeline.web.pages.texts import texts

# Where the navigation leads, and from which role on.
NAVIGATION = (
    ("/upload", "upload", Role.OPERATOR),
    ("/imports", "imports", Role.VIEWER),
    ("/leads", "leads", Role.OPERATOR),
    ("/sources", "sources", Role.OPERATOR),
    ("/suppliers", "suppliers", Role.OPERATOR),
    ("/returns", "returns", Role.OPERATOR),
    ("/connectors", "connectors", Role.VIEWER),
    ("/dnc", "dnc", Role.OPERATOR),
    ("/duplicates", "duplicates", Role.OPERATOR),
    ("/bucket", "bucket", Role.OPERATOR),
    ("/stats", "stats", Role.VIEWER),
    ("/notices", "notices", Role.VIEWER),
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
        "navigation": [one for one in NAVIGATION if who and who.role >= one[2]],
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
