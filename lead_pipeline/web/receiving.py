"""The body of a request as a local file, written while it comes and removed after use.

A form would be spooled to disk before anybody could look at it, so files come as they are.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from lead_pipeline.errors import OperatorError
from lead_pipeline.intake.files import require_name
from lead_pipeline.settings import Settings

COUNTED_HERE = 2**62
"""`max_body_size` of the routes whose body is counted here, so that the answer can say more."""
RAW_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""How OpenAPI tells of such a body."""
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came whole: where it lies for now, and the SHA-256 of its bytes in hex."""

    path: Path
    sha256: str


@asynccontextmanager
async def received(request: Request, name: str, settings: Settings) -> AsyncIterator[Received]:
    """The body of a request as a file called `name` in a folder of its own.

    Raises:
        HTTPException: 422, the name is none (see `require_name`), or nothing came; 413 as soon as
            more came than may; 400, it broke off. Nothing is left of it.
    """
    with unprocessable():
        require_name(name)
    declared = request.headers.get("content-length", "")
    _require_room(int(declared) if declared.isdecimal() else 0, settings)
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / name
        digest = await _write(request, path, settings)
        yield Received(path, digest)


@contextmanager
def unprocessable() -> Iterator[None]:
    """What somebody sent and nobody could take: no conflict with what is there."""
    try:
        yield
    except OperatorError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


async def _write(request: Request, path: Path, settings: Settings) -> str:
    digest, size, waiting = sha256(), 0, bytearray()
    with path.open("wb") as file:

        def keep(piece: bytes) -> None:
            digest.update(piece)
            file.write(piece)

        try:
            async for chunk in request.stream():
                size += len(chunk)
                _require_room(size, settings)
                waiting += chunk
                if len(waiting) >= _PIECE_BYTES:  # a thread for each packet would cost more
                    await run_in_threadpool(keep, bytes(waiting))
                    waiting.clear()
        except ClientDisconnect as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "the upload broke off") from error
        await run_in_threadpool(keep, bytes(waiting))
    if not size:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"{path.name}: the file is empty")
    return digest.hexdigest()


def _require_room(size: int, settings: Settings) -> None:
    if size > settings.max_file_bytes:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the file is larger than {settings.max_file_mb} MB: split it, or raise "
            "LEADS_MAX_FILE_MB",
            {"Connection": "close"},  # what is still under way is not waited for
        )
