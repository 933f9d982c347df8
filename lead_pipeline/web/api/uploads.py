"""Files that come in over HTTP: whether one is known, and the file itself, as its raw bytes."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import Dropped, drop_file, is_there
from lead_pipeline.ledger import Import
from lead_pipeline.web.guard import LastingOperator, Session, TheSite, Viewer
from lead_pipeline.web.once import Key, fingerprint, once
from lead_pipeline.web.receiving import COUNTED_HERE, RAW_BODY, received
from lead_pipeline.web.wishes import Said, Wishes

router = APIRouter(prefix="/uploads", tags=["uploads"])
Text = Annotated[str | None, Query(max_length=1500)]


class Known(BaseModel):
    """The import of a content or of an upload; `import_id` is null where there is none (yet).

    `refused` tells that the same content would not be taken once more.
    """

    import_id: int | None = None
    object_key: str | None = None
    status: str | None = None
    refused: bool = False


class Stored(BaseModel):
    """A file as it lies in the bucket; `follow` tells its import, as soon as there is one."""

    file: str
    object_key: str
    version_tag: str
    bytes: int
    follow: str


@router.get("")
def known(
    session: Session,
    _who: Viewer,
    sha256: Annotated[str | None, Query(pattern="^[0-9a-fA-F]{64}$")] = None,
    object_key: Text = None,
    version_tag: Text = None,
) -> Known:
    """Ask before sending whether a content is known, by its SHA-256; or after it, by object key
    and version tag, which import an upload has become."""
    if sha256 is not None:
        return _told(ledger.of_content(session, sha256.lower()))
    if object_key is not None and version_tag is not None:
        return _told(ledger.of_version(session, object_key, version_tag))
    raise HTTPException(422, "say either sha256, or object_key and version_tag")


def _told(found: Import | None) -> Known:
    if found is None:
        return Known()
    return Known(
        import_id=found.import_id,
        object_key=found.object_key,
        status=found.status,
        refused=is_there(found),
    )


@router.put(
    "/{filename}",
    status_code=201,
    response_model=Stored,
    openapi_extra=RAW_BODY,
    max_body_size=COUNTED_HERE,
)
async def upload(
    filename: str,
    request: Request,
    site: TheSite,
    who: LastingOperator,
    said: Said,
    key: Key = None,
) -> Response:
    """Put a file into the bucket: its bytes are the body. The pipeline does the rest.

    409 where the content is known, or where the name is and the content another: then
    `new_version=true` says that this one shall be imported as well.
    """
    said.choices, said.folder  # noqa: B018 - what is wrong with them is told before a byte comes
    async with received(request, filename, site.settings) as file:
        asked = fingerprint(request, file.sha256)
        create = partial(_drop, site, file.path, said)
        return await run_in_threadpool(once, site.settings.database_url, key, who, asked, create)


def _drop(site: Site, path: Path, said: Wishes) -> dict[str, Any]:
    with connect(site.settings.database_url, autocommit=True) as session:
        dropped = drop_file(
            path, site.bucket, site.settings, supplier=said.folder, new_version=said.new_version,
            session=session, choices=said.choices, request=said.request,
        )  # fmt: skip
    return stored(dropped)


def stored(dropped: Dropped) -> dict[str, Any]:
    """What is answered about a file that was dropped."""
    names = {"object_key": dropped.object_key, "version_tag": dropped.version_tag}
    return asdict(dropped) | {"follow": f"/api/uploads?{urlencode(names)}"}
