"""Uploading: files are sent one after the other by the page's script, over the API."""

from fastapi import APIRouter, Request, Response

from lead_pipeline.suppliers.suppliers import all_suppliers
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/upload")
def upload(request: Request, session: Session, site: TheSite, _who: Operator) -> Response:
    """Choose files, say whose they are, see them come in and become leads."""
    return page(
        request, "upload", suppliers=all_suppliers(session), most_mb=site.settings.max_file_mb,
        most_bytes=site.settings.max_file_bytes, region=site.settings.default_region,
    )  # fmt: skip
