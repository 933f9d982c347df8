"""Loads a list file as the next version of a list: all of it, or what it changes.

One transaction: a load that dies leaves the list as it was. How lines are read is lines.py.
"""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import BadFile, OperatorError
from lead_pipeline.suppression import versions
from lead_pipeline.suppression.lines import Columns, Lines, open_list, read_lines
from lead_pipeline.suppression.lists import OPT_OUTS, DncList, Kind, current, take
from lead_pipeline.suppression.opt_outs import apply_opt_outs
from lead_pipeline.suppression.versions import Mode


@dataclass(frozen=True, slots=True)
class Order:
    """What a person says about a list file.

    `kind` and, for kind `campaign`, `campaign` are needed for a new list. `as_of` is when the list
    was made, if that is known. `mode` None means: a change list if its lines say what to add and
    remove, else full. `shrink` allows that the list loses more than half of its entries.
    """

    name: str
    kind: Kind | None = None
    campaign: str | None = None
    as_of: datetime | None = None
    mode: Mode | None = None
    shrink: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """The list after a load, and what that did; `unchanged`: the file was part of it already."""

    list: DncList
    mode: Mode
    lines: int = 0
    added: int = 0
    removed: int = 0
    rejected: int = 0
    unchanged: bool = False


def load_list(
    session: Connection,
    path: Path,
    order: Order,
    region: str,
    heard: Callable[[Lines], None] = lambda _: None,
) -> Loaded:
    """Make the file at `path` the next version of a list.

    The same bytes again, in the same way, change nothing.

    Args:
        session: in autocommit.
        region: ISO 3166-1 alpha-2, of numbers without a country code.
        heard: is told of every piece of the file that was read.

    Raises:
        BadFile: it is no list of numbers or addresses, or none of its lines can be read.
        OperatorError: the order does not fit the list or the file; nothing was changed.
    """
    if order.as_of is not None and order.as_of > datetime.now(UTC):
        raise OperatorError(f"{order.as_of:%Y-%m-%d} is in the future: no list was made then")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with session.transaction(), closing(open_list(path)) as file:
        columns, pieces = read_lines(file, region)
        if order.name.lower() == OPT_OUTS:
            run(session, "suppression/lock_decisions")  # as `dnc add` does before it takes the list
        list_id, known = take(session, order.name, order.kind, order.campaign)
        mode = _mode(order, columns, known)
        same = {"list_id": list_id, "sha256": sha256, "mode": mode}
        if known and run(session, "suppression/select_same_dnc_load", same).fetchone():
            return Loaded(known, mode, unchanged=True)

        version = versions.begin(
            session, list_id, mode, file_name=path.name, sha256=sha256, as_of=order.as_of
        )
        lines = rejected = entries = 0
        for piece in pieces:
            heard(piece)
            lines += piece.count
            rejected += len(piece.rejected)
            entries += piece.entries.num_rows
            if known and known.name == OPT_OUTS:
                _require_no_removal(piece)
            version.stage(piece.entries)
        if not entries:
            raise BadFile("no_numbers", f"None of the {lines} lines of the file could be read.")
        version.put_in_place()
        version.close(rejected)
        if known and known.name == OPT_OUTS:
            apply_opt_outs(session)
        after = current(session, order.name)
        assert after is not None  # noqa: S101 - this transaction holds it
        _require_enough(known, after, order)
    return Loaded(after, mode, lines, version.added, version.removed, rejected)


def _mode(order: Order, columns: Columns, known: DncList | None) -> Mode:
    """
    Raises:
        OperatorError: the mode that is stated does not fit the list or the file.
    """
    if order.mode == "full" and columns.action is not None:
        raise OperatorError("the file says what to add and to remove: load it with --changes")
    mode = order.mode or ("full" if columns.action is None else "change")
    if known is None and mode == "change":
        raise OperatorError(f"there is nothing to change yet: load all of {order.name!r} first")
    if mode == "full" and known and known.name == OPT_OUTS:
        raise OperatorError(
            f"{OPT_OUTS} only ever grows: add the file's lines with --changes, or load it as a "
            "list of its own"
        )
    return mode


def _require_no_removal(piece: Lines) -> None:
    removed = piece.entries.filter(piece.entries["removed"])
    if removed.num_rows:
        line = pc.min(removed["line"]).as_py()
        raise OperatorError(f"line {line} would take back an opt-out: an opt-out is never lost")


def _require_enough(known: DncList | None, after: DncList, order: Order) -> None:
    """
    Raises:
        OperatorError: the list lost more than half of its entries; the file may be cut off.
    """
    if known and after.entries * 2 < known.entries and not order.shrink:
        raise OperatorError(
            f"{known.name} would shrink from {known.entries:,} to {after.entries:,} entries: if "
            "that is right and the file not cut off, say --shrink"
        )
