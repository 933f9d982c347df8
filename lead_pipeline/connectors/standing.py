"""Where a part stands whose records may come late, or may not be readable at first."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.model import Json

_DAY = timedelta(days=1)
_MOST_HELD = 96  # pulls of a day


@dataclass(frozen=True, slots=True)
class Standing:
    """`reached` is the time of the newest record; `reread`, when the longer overlap was read;
    `held`, in how many pulls up to the last one there was a record that could not be read."""

    reached: datetime
    reread: datetime
    held: int = 0

    @classmethod
    def of(cls, cursor: Json | None) -> "Standing | None":
        """What a cursor that `json` made tells."""
        if cursor is None:
            return None
        reached, reread = (datetime.fromisoformat(cursor[name]) for name in ("reached", "reread"))
        return cls(reached, reread, cursor["held"])

    @classmethod
    def begun(cls, clock: Clock, reached: datetime) -> "Standing":
        """Where the first pull begins. It is to be kept at once: however often that pull fails, it
        begins there."""
        return cls(reached, clock.now())

    @property
    def json(self) -> Json:
        times = {"reached": self.reached.isoformat(), "reread": self.reread.isoformat()}
        return {**times, "held": self.held}

    def is_due(self, clock: Clock) -> bool:
        """Whether a day has passed since the longer overlap was read."""
        return clock.now() - self.reread >= _DAY

    def moved(
        self, reached: datetime, clock: Clock, *, is_whole: bool, is_long: bool = False
    ) -> "Standing":
        """Where it stands after all up to `reached` was read, `is_long` with the longer overlap.

        A record that cannot be read may be so later: unless all were read (`is_whole`), it stays
        where it is, so that the same is read again, by as many pulls as there are in a day.
        """
        held = 0 if is_whole else self.held + 1
        if 0 < held < _MOST_HELD:
            return replace(self, held=held)
        reread = clock.now() if is_long else self.reread
        return Standing(max(self.reached, reached), reread, held)


def moment(text: str) -> datetime:
    """A time with its offset, in UTC.

    Raises:
        ValueError: it is none, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)
