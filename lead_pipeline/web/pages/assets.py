"""Script and style of the pages: files of ours alone, under addresses that change with them."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Response

router = APIRouter(include_in_schema=False)
PREFIX = "/static"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get(PREFIX + "/{version}/{name}")
def asset(version: str, name: str) -> Response:
    """One file. The version is that of all of them, so that modules find each other."""
    found = _contents().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    kind = _KINDS[name.rpartition(".")[2]]
    kept = _FOR_EVER if version == _version() else "no-cache"
    return Response(found, media_type=kind, headers={"Cache-Control": kept})


def address(name: str) -> str:
    """Where a browser finds the file.

    Raises:
        KeyError: there is none of this name.
    """
    _contents()[name]
    return f"{PREFIX}/{_version()}/{name}"


@cache
def _contents() -> dict[str, bytes]:
    folder = files("lead_pipeline.web") / "static"
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in _KINDS
    }


@cache
def _version() -> str:
    return sha256(b"".join(one for _, one in sorted(_contents().items()))).hexdigest()[:12]
