"""Faults as pages; who is not known is led to the page where a token is asked for."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from lead_pipeline.web.pages.rendering import page

_READING = {"GET", "HEAD"}


def show(request: Request, status: int, detail: str) -> Response:
    """The page of a fault."""
    if status == HTTPStatus.UNAUTHORIZED:
        back = request.url.path if request.method in _READING else "/"
        return RedirectResponse(f"/login?{urlencode({'next': back})}", HTTPStatus.SEE_OTHER)
    title = HTTPStatus(status).phrase
    return page(request, "fault", code=status, title=title, detail=detail)
