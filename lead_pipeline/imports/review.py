"""What a person does with an import that waits: look, confirm, discard, have it read again.

Each is one change of the ledger; what follows from it is the sensor's business, as with every file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.intake.files import require_name
from lead_pipeline.ledger import Import, Staging, Status
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline.matching.undo import forget


def held_facts(session: Connection, import_: Import, most: int) -> dict[str, Any]:
    """All that helps to decide about a held import, as plain data.

    The facts of the import, and under `contacts` what its first contacts have become (at most
    `most`): row, name, mails and phones as they would be on a lead.

    Raises:
        OperatorError: it is not held.
    """
    _require_held(import_)
    staging = Staging(import_.import_id)
    contacts = run(session, "imports/select_staged_contacts", {"most": most}, staging.identifiers)
    return import_facts(import_) | {"contacts": contacts.fetchall()}


def confirm(session: Connection, import_: Import, who: str) -> Import:
    """Let a held import count: it goes on from where it waits, as it was shown.

    `who` is the name of the person, for the record.

    Raises:
        OperatorError: it is not held.
    """
    with _held(session, import_) as held:
        ledger.confirm(session, held.import_id, who)
    return ledger.get(session, import_.import_id)


def let_through(session: Connection, import_: Import, who: str) -> Import:
    """Let an import count: now if it is held, else as soon as it is ready, without waiting.

    What makes a person look nevertheless (doubts, the supplier's terms) still holds it.

    Raises:
        OperatorError: it has ended.
    """
    with ledger.hold(session, import_.import_id):
        now = ledger.get(session, import_.import_id)
        if now.status.ended:
            raise OperatorError(f"import {now.import_id} is {now.status}: nothing more is to come")
        run(session, "imports/forget_hold", {"object_key": now.object_key})
        if now.status is Status.HELD:
            ledger.confirm(session, now.import_id, who)
    return ledger.get(session, import_.import_id)


def assign_supplier(
    session: Connection, import_: Import, supplier: str, cost_per_lead: Decimal | None
) -> Import:
    """Say who sold the file of a held import; without a cost that of the supplier's terms holds.

    With another supplier the file is read again from the start, for what was settled about
    reading and mapping that supplier's files holds for it from now on.

    Raises:
        OperatorError: it is not held, or this can be no supplier.
    """
    require_name(supplier, "the name of a supplier")
    with _held(session, import_) as held:
        said = {"import_id": held.import_id, "supplier": supplier, "cost": cost_per_lead}
        run(session, "imports/assign_supplier", said)
        if supplier != held.supplier:
            ledger.start_again(session, held.import_id)
    return ledger.get(session, import_.import_id)


def discard(session: Connection, import_: Import, who: str) -> Import:
    """End a held import without a lead; its file stays in the bucket and may be dropped again.

    Raises:
        OperatorError: it is not held.
    """
    with _held(session, import_) as held:
        forget(session, held.import_id, f"discarded by {who} before it counted", "discarded")
    return ledger.get(session, import_.import_id)


def read_again(session: Connection, import_: Import) -> Import:
    """Have the file of a held, failed or rejected import read afresh, as is settled by now.

    Raises:
        OperatorError: it is under way, or has ended otherwise.
    """
    with ledger.hold(session, import_.import_id):
        if not ledger.start_again(session, import_.import_id):
            now = ledger.get(session, import_.import_id)
            raise OperatorError(f"import {now.import_id} is {now.status}: {_instead(now)}")
    return ledger.get(session, import_.import_id)


@contextmanager
def _held(session: Connection, import_: Import) -> Iterator[Import]:
    """The import as it is, owned and in a transaction: nobody else can decide at the same time."""
    with ledger.hold(session, import_.import_id), session.transaction():
        now = ledger.get(session, import_.import_id)
        _require_held(now)
        yield now


def _require_held(import_: Import) -> None:
    if import_.status is not Status.HELD:
        raise OperatorError(
            f"import {import_.import_id} is {import_.status}: it does not wait for anybody"
        )


def _instead(import_: Import) -> str:
    match import_.status:
        case Status.COMPLETED | Status.ARCHIVED:
            return f"`lead-pipeline undo {import_.import_id}` takes it back first"
        case Status.DUPLICATE:
            return f"its content is that of import {import_.duplicate_of}"
        case Status.UNDONE:
            return "drop its file again"
        case Status.REJECTED:
            return f"{import_.error}"
        case _:
            return "it is under way"
