"""What a form of a page says."""

from typing import Annotated

from fastapi import Depends, Request

_MOST_FIELDS = 20_000


async def _said(request: Request) -> dict[str, str]:
    """The fields of a form, of which there may be one a cell; files are none."""
    form = await request.form(max_fields=_MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_said)]
"""The fields by their names. A route names its guard before it, and reads nothing of others."""
