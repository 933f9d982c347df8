"""Which import a person means by what they typed, and what is said where several fit."""

from typing import TYPE_CHECKING

from lead_pipeline.cli.faults import json_is_asked
from lead_pipeline.cli.output import when
from lead_pipeline.cli.terminal import echo
from lead_pipeline.errors import OperatorError

if TYPE_CHECKING:
    from lead_pipeline.database import Connection
    from lead_pipeline.ledger import Import

_SHOWN = 5


def newest(session: "Connection", reference: str) -> "Import":
    """The newest import that is meant; where it is one of several, stderr says so.

    Raises:
        OperatorError: none is.
    """
    from lead_pipeline import ledger

    numbers = ledger.find_all(session, reference)
    found = ledger.get(session, numbers[0])
    if len(numbers) > 1 and not json_is_asked():
        echo(
            f"{reference} is {len(numbers)} imports; this is the newest, {found.import_id} "
            f"(others: {_listed(numbers[1:])})",
            err=True,
        )
    return found


def only(session: "Connection", reference: str) -> "Import":
    """The one import that is meant: who changes something must not take another.

    Raises:
        OperatorError: none is, or several are; the message lists them.
    """
    from lead_pipeline import ledger

    numbers = ledger.find_all(session, reference)
    if len(numbers) > 1:
        first = [_told(ledger.get(session, number)) for number in numbers[:_SHOWN]]
        more = f"; and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
        raise OperatorError(
            f"{reference!r} may be {len(numbers)} imports, say which by its number: "
            f"{'; '.join(first)}{more}"
        )
    return ledger.get(session, numbers[0])


def _told(one: "Import") -> str:
    return f"{one.import_id} ({one.object_key}, {one.status}, {when(one.seen_at)})"


def _listed(numbers: list[int]) -> str:
    more = ", ..." if len(numbers) > _SHOWN else ""
    return ", ".join(map(str, numbers[:_SHOWN])) + more
