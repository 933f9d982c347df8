"""Which errors are outages, which faults, and what is told of a fault."""

import errno
import os

import psycopg
import pytest
from psycopg import errors

from lead_pipeline.errors import Killed, ObjectChanged, OutsideTrouble
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.imports.ends import fault, is_outage


@pytest.mark.parametrize(
    "error",
    [
        OutsideTrouble("the bucket is away"),
        ObjectChanged("it still grows"),
        *(
            OSError(number, os.strerror(number))
            for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE)
        ),
        errors.DiskFull(),  # 53100
        errors.OutOfMemory(),
        errors.TooManyConnections(),
        errors.AdminShutdown(),  # class 57
        errors.CrashShutdown(),
        errors.CannotConnectNow(),
        errors.QueryCanceled(),
        errors.IoError(),  # class 58
        errors.ConnectionFailure(),  # class 08
        errors.DeadlockDetected(),
        errors.ReadOnlySqlTransaction(),  # a standby that is none any more, or became one
        psycopg.OperationalError("server closed the connection unexpectedly"),
    ],
    ids=lambda error: f"{type(error).__name__} {getattr(error, 'errno', None) or ''}",
)
def test_what_passes_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("email"),
        MemoryError(),
        FileNotFoundError(errno.ENOENT, "no such file"),
        Killed("killed by SIGKILL"),
        errors.UniqueViolation(),
        errors.UndefinedTable(),
        errors.DataCorrupted(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_come_back_each_time_is_a_fault(error: Exception) -> None:
    assert not is_outage(error)


def test_of_a_fault_the_place_is_told_and_no_cell() -> None:
    with pytest.raises(KeyError) as caught:
        profiles()["ann@example.com"].contacts  # noqa: B018
    assert fault(caught.value) == "KeyError"  # raised here, not in the package
    with pytest.raises(AttributeError) as caught_inside:
        is_outage_of_nothing()
    told = fault(caught_inside.value)
    assert told.startswith("AttributeError at imports/ends.py:")
    assert "example.com" not in told
    assert fault(errors.UniqueViolation("Key (email)=(ann@example.com) exists")) == (
        "UniqueViolation (23505)"
    )
    assert fault(Killed("the reader was killed by SIGKILL")) == "the reader was killed by SIGKILL"


def is_outage_of_nothing() -> None:
    """A fault inside of the package: something without a traceback."""
    fault("ann@example.com")  # type: ignore[arg-type]
