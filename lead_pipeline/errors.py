"""The kinds of failure, named by what has to happen next.

A bad file stays bad however often it is tried; outside trouble passes; an operator's mistake is
answered with what to type instead. A bug is none of these and is raised as it is.
"""

import errno

# No space, memory or handles left, a disk or share that fails, a folder that may not be written.
_OF_MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENOMEM, errno.EMFILE,
    errno.ENFILE, errno.EACCES, errno.EPERM, errno.ENOTCONN, errno.ETIMEDOUT,
}  # fmt: skip


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


class Killed(LeadPipelineError):
    """A process that worked for us was killed, perhaps because the file takes all memory there is:
    a fault, which is tried again a few times."""


class NotReady(LeadPipelineError):
    """A step was asked for before the step that it builds on; the message names that step."""


class TakenBack(LeadPipelineError):
    """An import was undone before it was decided: it will never count."""


class BrokenSum(LeadPipelineError):
    """The law of sums does not hold for an import: nothing may be archived."""


class OperatorError(LeadPipelineError):
    """The command cannot do what was asked; the message says what to type or set instead."""


def is_of_machine(error: OSError) -> bool:
    """Whether it is the machine that is unwell, whatever file was read or written: that passes, and
    says nothing of the file."""
    return error.errno in _OF_MACHINE


def raise_if_of_machine(error: Exception) -> None:
    """
    Raises:
        OutsideTrouble: it is the machine that is unwell, and not the file that was read.
    """
    if isinstance(error, OSError) and is_of_machine(error):
        raise OutsideTrouble(f"this machine is unwell: {error.strerror}") from error
