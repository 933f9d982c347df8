"""Errors made for people: what they say, and which kind is which."""

import pytest

from lead_pipeline.errors import (
    BadFile,
    BrokenSum,
    LeadPipelineError,
    NotReady,
    ObjectChanged,
    OperatorError,
    OutsideTrouble,
)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (BadFile("empty", "It has no bytes."), "It has no bytes."),
        (BadFile("odd", "It is odd.", row=7), "It is odd. (row 7)"),
        (BadFile("odd", "It is odd.", column="Zip"), "It is odd. (column Zip)"),
        (BadFile("odd", "It is odd.", row=0, column="Zip"), "It is odd. (row 0) (column Zip)"),
    ],
)
def test_a_bad_file_says_what_and_where(error: BadFile, text: str) -> None:
    assert str(error) == text


def test_a_bad_file_keeps_its_parts() -> None:
    error = BadFile("odd", "It is odd.", row=7, column="Zip")
    assert (error.code, error.reason, error.row, error.column) == ("odd", "It is odd.", 7, "Zip")


@pytest.mark.parametrize("kind", [BadFile, OutsideTrouble, NotReady, BrokenSum, OperatorError])
def test_every_error_of_ours_has_one_root(kind: type[Exception]) -> None:
    assert issubclass(kind, LeadPipelineError)


def test_a_changed_object_passes_as_trouble_outside_and_a_bad_file_does_not() -> None:
    assert issubclass(ObjectChanged, OutsideTrouble)
    assert not issubclass(BadFile, OutsideTrouble)
