"""What people settled instead of leaving it to be guessed."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from lead_pipeline.choices.mappings import all_corrections, is_stale
from lead_pipeline.choices.reading import all_readings
from lead_pipeline.web.guard import Operator, Session

router = APIRouter(prefix="/choices", tags=["choices"])


class Choices(BaseModel):
    """Corrected columns (`ignored` where the field is none any more), and settled ways of reading.

    They are settled with an import, at its `columns` and its `reading`.
    """

    mappings: list[dict[str, Any]]
    readings: list[dict[str, Any]]


@router.get("")
def choices(session: Session, _who: Operator) -> Choices:
    """Every correction of a column, and every settled way of reading."""
    corrections = [row | {"ignored": is_stale(row["field"])} for row in all_corrections(session)]
    return Choices(mappings=corrections, readings=all_readings(session))
