"""What a connector gives, and what is asked of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

Json = Any
"""What JSON may hold."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A whole list that lies elsewhere: what it is called there, whose it is (its first folder in
    the bucket), and what brings it to a path. That raises Fault where it cannot."""

    name: str
    supplier: str
    fetch: Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a vendor.

    `external_id` is opaque and unique within the source. `payload` is the record as the vendor gave
    it, without secrets. `lead` is what the pipeline's layout reads, where that is not the payload
    itself. `problem` says why a record is kept but not imported; a test is kept apart. A record
    with a `file` stands for a list, which goes into the bucket as it is.
    """

    external_id: str
    payload: Json
    occurred_at: datetime | None = None
    lead: Json | None = None
    problem: str | None = None
    is_test: bool = False
    file: ListFile | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What has a cursor of its own, such as a form: a stable key, and a title for people."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and where their part stands once they are kept; None where that is not known
    before the last page."""

    records: Sequence[Record]
    cursor: Json | None = None

    @property
    def times(self) -> list[datetime]:
        """When its records were made, where they say so."""
        return [record.occurred_at for record in self.records if record.occurred_at]


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included, with time zones."""

    since: datetime
    until: datetime


class Sender(Protocol):
    """Whose records they are: its `name` is their folder in the bucket, `profile` their layout
    (None: told by what they hold), `import_source` the way that leads_master tells."""

    @property
    def name(self) -> str: ...
    @property
    def profile(self) -> str | None: ...
    @property
    def import_source(self) -> str: ...


class Source(Sender, Protocol):
    """A system that leads are pulled from; `title` is its name for people."""

    @property
    def title(self) -> str: ...

    def parts(self) -> Iterator[Part]:
        """
        Raises:
            Fault: they could not be told.
        """

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        """What is new since the cursor with some overlap, or, when a window is asked for, what is
        in it; then no page has a cursor.

        Raises:
            Fault: a page could not be had. Pages before it count.
        """

    def check(self) -> Iterator[str]:
        """What works, in words, one thing after the other.

        Raises:
            Fault: the first thing that does not; its text says what to do.
        """
