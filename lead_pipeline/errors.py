"""The kinds of failure, named by what has to happen next.

A bad file stays bad however often it is tried; outside trouble passes; an operator's mistake is
answered with what to type instead. A bug is none of these and is raised as it is.
"""


class LeadPipelineError(Exception):
    """Root of every error this project raises on purpose: `str(error)` is fit for a person."""


class BadFile(LeadPipelineError):
    """The file itself is at fault and stays so: it is recorded as rejected and never retried.

    Args:
        code: short machine-readable name of the fault, such as `empty` or `binary`.
        reason: one sentence for a person: what is wrong and what to do about it.
        row: physical record of the file (the header is usually 1), where one row is to blame.
        column: header of the column to blame, if any.
    """

    def __init__(
        self, code: str, reason: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        self.code = code
        self.reason = reason
        self.row = row
        self.column = column
        place = "".join(
            [f" (row {row})" if row is not None else "", f" (column {column})" if column else ""]
        )
        super().__init__(f"{reason}{place}")


class OutsideTrouble(LeadPipelineError):
    """Something outside is unwell (database, bucket, network): try again later, nothing is lost."""


class ObjectChanged(OutsideTrouble):
    """The bytes read are not those that were listed: the object was replaced or still grows."""


class NotReady(LeadPipelineError):
    """A step was asked for before the step that it builds on; the message names that step."""


class TakenBack(LeadPipelineError):
    """An import was undone before it was decided: it will never count."""


class BrokenSum(LeadPipelineError):
    """The law of sums does not hold for an import: nothing may be archived."""


class OperatorError(LeadPipelineError):
    """The command cannot do what was asked; the message says what to type or set instead."""
