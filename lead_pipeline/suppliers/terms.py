"""The words of what is agreed with a supplier: when a person it sends is a duplicate."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Scope(StrEnum):
    """Whose earlier sightings of a person make a contact a duplicate."""

    SUPPLIER = "supplier"
    SOURCE = "source"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Terms:
    """When somebody known counts as a duplicate for a supplier.

    A person last seen more than `lookback` before, or only by others than `scope` says, is no
    duplicate: the lead is brought up to date (`updated`).
    """

    lookback: timedelta | None = None
    scope: Scope = Scope.EVERYWHERE


USUAL = Terms()
"""What holds where nothing was agreed."""
