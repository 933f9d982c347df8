"""Where a part stands whose records may come late, or may not be readable at first."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.model import Json

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """`reached` is the time of the newest record; `reread`, when the longer overlap was read;
    `held`, since when there is a record that cannot be read, if there is one."""

    reached: datetime
    reread: datetime
    held: datetime | None = None

    @classmethod
    def of(cls, cursor: Json | None) -> "Standing | None":
        """What a cursor that `json` made tells."""
        if cursor is None:
            return None
        return cls(**{name: datetime.fromisoformat(at) for name, at in cursor.items()})

    @classmethod
    def begun(cls, clock: Clock, reached: datetime) -> "Standing":
        """Where the first pull begins. It is to be kept at once: however often that pull fails, it
        begins there."""
        return cls(reached, clock.now())

    @property
    def json(self) -> Json:
        said = {"reached": self.reached, "reread": self.reread, "held": self.held}
        return {name: at.isoformat() for name, at in said.items() if at is not None}

    def is_due(self, clock: Clock) -> bool:
        """Whether a day has passed since the longer overlap was read."""
        return clock.now() - self.reread >= _DAY

    def moved(
        self, reached: datetime, clock: Clock, *, is_whole: bool, is_long: bool = False
    ) -> "Standing":
        """Where it stands after all up to `reached` was read, `is_long` with the longer overlap.

        A record that cannot be read may be one tomorrow: unless all were read (`is_whole`), it
        stays where it is for a day, so that the same is read again.
        """
        now = clock.now()
        held = None if is_whole else self.held or now
        if held and now - held < _DAY:
            return replace(self, held=held)
        return Standing(max(self.reached, reached), now if is_long else self.reread, held)


def moment(text: str) -> datetime:
    """A time with its offset, in UTC.

    Raises:
        ValueError: it is none, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)
