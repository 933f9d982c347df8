"""What one file may take of the machine: limits that a team may set, each with why it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

_PREFIX = "LEADS_"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is too much.

    max_unreadable_percent: a file of which more of the first 100,000 rows cannot be read is no
        list of leads, and is rejected instead of filling the disk row by row; 100 takes them all.
    kept_rejected_rows: of so many rejected rows of an import the cells are kept in the database; of
        more, the number and the reason, for the cells stand in the bucket's file.
    min_free_mb: nothing is loaded while the disk of LEADS_HOME has less room; a database whose disk
        is full stops for everybody.
    """

    max_unreadable_percent: int = 95
    kept_rejected_rows: int = 100_000
    min_free_mb: int = 1024

    @property
    def in_force(self) -> dict[str, str]:
        """Each by its name in the environment."""
        return {_variable(one.name): str(getattr(self, one.name)) for one in fields(self)}


USUAL = Limits()


def read_limits(environment: Mapping[str, str], problems: list[str]) -> Limits:
    """The limits that the environment states; what is wrong with it is added to `problems`."""
    stated: dict[str, int] = {}
    for one in fields(Limits):
        text = environment.get(_variable(one.name), "").strip()
        most = 100 if one.name.endswith("_percent") else 10**9
        if text and not (text.isascii() and text.isdigit() and int(text) <= most):
            problems.append(
                f"{_variable(one.name)} must be a whole number from 0 to {most:,}, not {text!r}"
            )
        elif text:
            stated[one.name] = int(text)
    return Limits(**stated)


def _variable(name: str) -> str:
    return _PREFIX + name.upper()
