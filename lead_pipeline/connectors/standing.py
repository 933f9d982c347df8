"""Where a part stands whose records may come late: how far, and when it was last read over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.model import Json

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """`reached` is the time of the newest record; `reread`, when the longer overlap was read."""

    reached: datetime
    reread: datetime

    @classmethod
    def of(cls, cursor: Json | None) -> "Standing | None":
        """What a cursor that `json` made tells."""
        if cursor is None:
            return None
        return cls(*(datetime.fromisoformat(cursor[name]) for name in ("reached", "reread")))

    @classmethod
    def begun(cls, clock: Clock, back: timedelta) -> "Standing":
        """Where the first pull begins: so far back, and nothing was read before. It is to be kept
        at once: however often that pull fails, it begins there."""
        return cls(clock.now() - back, clock.now())

    @property
    def json(self) -> Json:
        return {name: getattr(self, name).isoformat() for name in ("reached", "reread")}

    def is_due(self, clock: Clock) -> bool:
        """Whether a day has passed since the longer overlap was read."""
        return clock.now() - self.reread >= _DAY


def moment(text: str) -> datetime:
    """A time with its offset, in UTC.

    Raises:
        ValueError: it is none, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)
