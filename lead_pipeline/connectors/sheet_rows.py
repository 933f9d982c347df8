"""The rows of a sheet as records: what a header says, who a row is, and whether it is complete.

A row is known by what it holds, never by where it stands, so that people may sort, insert and
delete. One with an id of its own is known by that, its time, and its phones and mails: where one of
these is corrected it is a new record; any other edit changes nothing. One without an id is known by
all its cells, and by how many equal rows stand above it: any edit makes it a new record. Who is a
duplicate is the pipeline's to say.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lead_pipeline.connectors.faults import BadRequest
from lead_pipeline.connectors.model import Record
from lead_pipeline.fields.candidates import clearest
from lead_pipeline.fields.catalogue import fields, spellings
from lead_pipeline.fields.headers import key
from lead_pipeline.fields.model import Kind

# What Meta's own export writes in front of ids (lead, ad, ad set, campaign, form) and phones.
_MARKED = re.compile(r"(?:l|ag|as|c|f|p):(\+?\d+)")
_CHANNELS = (Kind.EMAIL, Kind.PHONE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank; `number` is the one that people see."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The first row of a tab, and which of its columns tell who a row is."""

    names: Sequence[str]
    id: int | None
    time: int | None
    channels: Sequence[int]  # phones and mails

    def values(self, row: Row) -> dict[str, str]:
        """The cells by the name of their column; a column without one is named by its place."""
        width = max(len(self.names), len(row.cells))
        cells = {self._name(i): _cell(row, i) for i in range(width)}
        return {name: text for name, text in cells.items() if text or name in self.names}

    def _name(self, index: int) -> str:
        named = self.names[index] if index < len(self.names) else ""
        return named or f"Column {index + 1}"

    def is_complete(self, row: Row) -> bool:
        """Whether anybody could be called or written to."""
        return any(_cell(row, index) for index in self.channels)


def read_header(cells: Sequence[str], where: str) -> Header:
    """
    Args:
        where: the tab, for people.

    Raises:
        BadRequest: a name stands twice, or no column is for phones or mails.
    """
    names = [cell.strip() for cell in cells]
    twice = [
        name for name, many in Counter(map(str.casefold, filter(None, names))).items() if many > 1
    ]
    if twice:
        told = f'two columns are called "{twice[0]}": give each a name of its own'
        raise BadRequest(f"{where}: {told}")
    meant = [clearest(name) if name else None for name in names]
    channels = [i for i, one in enumerate(meant) if one and fields()[one].kind in _CHANNELS]
    if not channels:
        told = "no column of its first row is for a phone or a mail. Put the headers there, or name"
        raise BadRequest(f"{where}: {told} only the tabs with leads in GOOGLE_SHEET_IDS")
    own = [spellings().get(key(name)) for name in names]  # a likely name is not enough for an id
    return Header(names, _first(own, "lead_id"), _first(meant, "submission_timestamp"), channels)


@dataclass(slots=True)
class RowReader:
    """Makes records of the rows of one tab, which are given from the top down."""

    part: str
    place: Mapping[str, str]  # what the payload says of where the row is from
    header: Header
    zone: str
    doubled: set[str] = field(default_factory=set)  # records equal to one above; they have no id
    _equal: Counter[str] = field(default_factory=Counter)

    def record(self, row: Row) -> Record:
        values = self.header.values(row)
        complete = self.header.is_complete(row)
        return Record(
            external_id=self._known_by(row),
            payload={**self.place, "row": row.number, "cells": values},
            occurred_at=self._time(row),
            lead={name: unmarked(text) for name, text in values.items()},
            problem=None if complete else f"row {row.number} has neither a phone nor a mail",
        )

    def _known_by(self, row: Row) -> str:
        own = unmarked(_cell(row, self.header.id))
        if own:
            channels = sorted(_cell(row, index) for index in self.header.channels)
            told = fingerprint([_cell(row, self.header.time), *channels])
            return f"{self.part}/{own}/{told}"
        # Sorted, so that columns may be moved and empty ones put in.
        whole = fingerprint(sorted(filter(None, map(str.strip, row.cells))))
        self._equal[whole] += 1
        external_id = f"{self.part}/{whole}/{self._equal[whole]}"
        if self._equal[whole] > 1:
            self.doubled.add(external_id)
        return external_id

    def _time(self, row: Row) -> datetime | None:
        try:
            told = datetime.fromisoformat(_cell(row, self.header.time))
        except ValueError:
            return None
        return told if told.tzinfo else told.replace(tzinfo=_zone(self.zone))


def fingerprint(texts: Iterable[str]) -> str:
    """A short hash of texts in their order."""
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace"))
    return digest.hexdigest()[:24]


def unmarked(text: str) -> str:
    """An id or a phone without the letters that Meta's export writes in front of it."""
    marked = _MARKED.fullmatch(text)
    return marked[1] if marked else text


def _cell(row: Row, index: int | None) -> str:
    return row.cells[index].strip() if index is not None and index < len(row.cells) else ""


def _first(meant: Sequence[str | None], field_: str) -> int | None:
    return meant.index(field_) if field_ in meant else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
