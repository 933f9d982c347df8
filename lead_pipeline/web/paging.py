"""Pages of long lists: by a cursor, the key of the last one shown, so that none is told twice or
left out when others come in between.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

PageSize = Annotated[int, Query(ge=1, le=500, description="How many at most.")]


class Page(BaseModel):
    """Some of a list; `next` is the cursor of those that follow, null at the end."""

    items: list[dict[str, Any]]
    next: int | None


def page(found: Sequence[dict[str, Any]], limit: int, key: str) -> Page:
    """The first `limit` of what was found; one more of it tells that there is a next page."""
    shown = list(found[:limit])
    return Page(items=shown, next=shown[-1][key] if len(found) > limit else None)
