"""Faults as `application/problem+json` (RFC 9457), in the words that commands have for them; pages
show the same as a page.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from lead_pipeline import tracker
from lead_pipeline.errors import BadFile, LeadPipelineError, NotReady, OperatorError, OutsideTrouble
from lead_pipeline.intake.drop import KnownContent, KnownName

MEDIA_TYPE = "application/problem+json"
_OF_PROGRAMS = ("/api/", "/trpc/", "/metrics")
_STATUS = {
    OperatorError: HTTPStatus.CONFLICT,
    NotReady: HTTPStatus.CONFLICT,
    BadFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    OutsideTrouble: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Missing(LeadPipelineError):
    """What was asked for is not there."""


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """A fault: `title` names its kind, `detail` says what to do, `row` and `column` where it is."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    given = {name: value for name, value in more.items() if value is not None}
    return JSONResponse(body | {"detail": detail} | given, status, media_type=MEDIA_TYPE)


Show = Callable[[Request, int, str], Response]
"""Makes a page of a fault: of its status, and of what is to be told."""
_Handler = Callable[[Request, Any], JSONResponse]


def answer_faults(app: FastAPI, show: Show) -> None:
    """Let every fault of ours, of the caller and of the framework be answered: to programs as a
    problem, elsewhere by `show`."""
    handlers: dict[Any, _Handler] = {
        LeadPipelineError: _ours,
        RequestValidationError: _invalid,
        HTTPException: _refused,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, _answering(handler, show))


def _answering(handler: _Handler, show: Show) -> Callable[[Request, Any], Response]:
    def answer(request: Request, error: Any) -> Response:
        told = handler(request, error)
        if request.url.path.startswith(_OF_PROGRAMS):
            return told
        shown = show(request, told.status_code, json.loads(bytes(told.body))["detail"])
        if "retry-after" in told.headers:
            shown.headers["retry-after"] = told.headers["retry-after"]
        return shown

    return answer


def _ours(_request: Request, error: LeadPipelineError) -> JSONResponse:
    if isinstance(error, Missing):
        return problem(HTTPStatus.NOT_FOUND, str(error))
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, KnownName):
        told = f"{error} (over the API: new_version=true)"
        return problem(status, told, code="known_name")
    if isinstance(error, KnownContent):
        return problem(status, str(error), code="known_content", import_id=error.import_id)
    if isinstance(error, BadFile):
        return problem(status, error.reason, code=error.code, row=error.row, column=error.column)
    return problem(status, str(error))


def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Where it is and what is wrong; never what was sent, which may be somebody's data."""
    faults = [
        {"where": ".".join(map(str, fault["loc"])), "what": fault["msg"]}
        for fault in error.errors()
    ]
    told = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=faults)


def invalid_body(error: ValidationError) -> RequestValidationError:
    """What is wrong with a body that was read here, as the framework tells it of others."""
    faults: list[Any] = json.loads(error.json(include_input=False, include_url=False))
    return RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults])


def _refused(_request: Request, error: HTTPException) -> JSONResponse:
    response = problem(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    tracker.tell(error)
    told = f"a fault of ours ({type(error).__name__}): see the log of the page"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, told)
