"""Pages with forms: a form posts to an address of its page, which answers 303 and the page again.

What is refused is told on top of the page as it is now, and nothing was done.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from lead_pipeline.web.pages.rendering import page
from lead_pipeline.web.pages.texts import texts


def shown(
    request: Request, template: str, /, *, fault: str | None = None, **facts: Any
) -> HTMLResponse:
    """A page with what was done before, or with the `fault` for which it was not.

    `key` is for the form whose sending twice is to count once.
    """
    told = texts()[template].get("told", {}).get(request.query_params.get("told"))
    code = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    more = {"fault": fault, "told": told, "key": uuid4().hex}
    return page(request, template, code=code, **more, **facts)


def done(path: str, told: str) -> RedirectResponse:
    """Back to the page, which tells what was done by its name in texts.toml."""
    return RedirectResponse(f"{path}?{urlencode({'told': told})}", HTTPStatus.SEE_OTHER)
