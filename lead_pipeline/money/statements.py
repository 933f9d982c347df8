"""Statements: what is owed to a supplier for a month, numbered, and frozen when they are issued.

A statement holds the events since the one before it that happened until the end of its month, in
the account's time zone; what comes later goes to the next one. Its lines are kept as they were
issued, for the proof of a duplicate may change while the statement does not.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.database.statements import statement
from lead_pipeline.errors import OperatorError
from lead_pipeline.matching.contents import contacts_in_archive

COLUMNS = (
    "line", "day", "file", "row", "contact", "your_id", "priced_by", "amount", "currency", "reason",
    "import", "event",
)  # fmt: skip
"""Of the lines. `your_id` is the supplier's own id of a lead, `row` the one of its file."""
Row = dict[str, Any]
_GONE = sql.SQL(
    "(SELECT NULL::bigint AS original_lead_id, NULL::smallint AS contact_number,"
    " NULL::text AS external_id WHERE false)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before it is issued: its events are those after `after_event` until `last_event`,
    `content` its lines as CSV, compressed by gzip, `sha256` that of the CSV."""

    supplier: str
    number: int
    month: date
    currency: str
    after_event: int
    last_event: int
    lines: int
    total: Decimal
    content: bytes
    sha256: str

    @property
    def facts(self) -> Row:
        """All but the lines."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "content"}


def draft(session: Connection, supplier: str, month: date) -> Draft:
    """What a statement for a month would say if it were issued now.

    Args:
        month: any day of it.

    Raises:
        OperatorError: there is no such supplier, or it has one of that month or a later one.
    """
    first = month.replace(day=1)
    cut = _cut(session, supplier, first)
    return _drafted(session, supplier, first, cut)


def issue(session: Connection, supplier: str, month: date, who: str) -> Row:
    """Issue the statement of a month, which is over: from then on it never changes.

    Raises:
        OperatorError: as `draft`, and where the month is not over.
    """
    first = month.replace(day=1)
    with session.transaction():
        run(session, "suppression/lock_decisions")  # nobody is in the middle of an event
        cut = _cut(session, supplier, first)
        if cut["is_running"]:
            raise OperatorError(f"{first:%B %Y} is not over: its statement is issued after it")
        made = _drafted(session, supplier, first, cut)
        issued = {**made.facts, "content": made.content, "now": datetime.now(UTC), "who": who}
        (row,) = run(session, "money/add_statement", issued)
    return row


def all_statements(session: Connection, supplier: str | None = None) -> list[Row]:
    """Those that were issued, the latest first, without their lines."""
    return run(session, "money/list_statements", {"supplier": supplier}).fetchall()


def get_statement(session: Connection, statement_id: int) -> Row:
    """A statement; `content` are its lines as CSV, compressed by gzip.

    Raises:
        OperatorError: there is none with this number.
    """
    row = run(session, "money/select_statement", {"statement_id": statement_id}).fetchone()
    if row is None:
        raise OperatorError(f"there is no statement {statement_id}")
    return row


def lines_of(content: bytes) -> Iterator[dict[str, str]]:
    """The lines of a statement, one after the other; what is not said is empty."""
    with gzip.open(io.BytesIO(content), "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def owed_between(session: Connection, supplier: str, after_event: int, last_event: int) -> Decimal:
    """What events sum up to for a supplier, from the events themselves."""
    between = {"supplier": supplier, "after_event": after_event, "last_event": last_event}
    rows = run(session, "money/list_stated_imports", between)
    return sum((row["total"] for row in rows), Decimal(0))


def _cut(session: Connection, supplier: str, month: date) -> Row:
    asked = {"supplier": supplier, "month": month, "now": datetime.now(UTC)}
    cut = run(session, "money/select_cut", asked).fetchone()
    if cut is None:
        raise OperatorError(
            f"there is no supplier {supplier!r}: `lead-pipeline suppliers` lists all"
        )
    if cut["last_month"] is not None and cut["last_month"] >= month:
        raise OperatorError(
            f"{supplier} has a statement of {cut['last_month']:%B %Y}: what came since then goes "
            "to the next month's"
        )
    return cut


def _drafted(session: Connection, supplier: str, month: date, cut: Row) -> Draft:
    events = {name: cut[name] for name in ("after_event", "last_event")}
    about = run(session, "money/list_stated_imports", {"supplier": supplier, **events}).fetchall()
    digest, packed, lines = sha256(), io.BytesIO(), 0
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as writer:

        def write(block: bytes) -> None:
            digest.update(block)
            writer.write(block)

        write((",".join(COLUMNS) + "\n").encode())
        for row in about:
            query = _lines_query(session, row["import_id"], events, cut["currency"])
            with session.cursor() as cursor:
                with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as copy:
                    for block in copy:
                        write(bytes(block))
                lines += cursor.rowcount
    return Draft(
        supplier=supplier,
        number=cut["last_number"] + 1,
        month=month,
        currency=cut["currency"],
        **events,
        lines=lines,
        total=sum((row["total"] for row in about), Decimal(0)),
        content=packed.getvalue(),
        sha256=digest.hexdigest(),
    )


def _lines_query(
    session: Connection, import_id: int, events: dict[str, int], currency: str
) -> sql.Composed:
    import_ = ledger.get(session, import_id)
    contacts = contacts_in_archive(session, import_)
    return sql.SQL(statement("money/select_lines")).format(
        import_id=sql.Literal(import_id),
        normalized=contacts.table if contacts.has else _GONE,
        supplier=sql.Literal(import_.supplier),
        object_key=sql.Literal(import_.object_key),
        currency=sql.Literal(currency),
        **{name: sql.Literal(number) for name, number in events.items()},
    )
