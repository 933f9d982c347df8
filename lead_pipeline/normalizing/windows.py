"""Between which days a date can be: nobody is born tomorrow, and no lead came in before computers.

Which field is of which kind is said here; reading dates is dates.py's business.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_BIRTHS = frozenset({"date_of_birth"})
# Entered long after in registers of land and loans, or before the day comes.
_PROPERTY = frozenset(
    {
        "last_sales_date", "recording_date", "last_notice_date",
        "mls_curr_sold_date", "mls_prev_sold_date",
    }
)  # fmt: skip
_AHEAD = frozenset(
    {
        "next_followup_at", "salesrabbit_appointment_date", "maturity_date", "auction_date",
        "list_date", "mls_curr_list_date", "mls_prev_list_date",
    }
)  # fmt: skip
# The oldest person of whom there is proof lived 122 years; lists have other errors more often.
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last day that are plausible."""

    first: date
    last: date


def window_of(field: str, today: date) -> Window:
    """The window of a date or timestamp field; all that is not known to lie ahead has happened.

    What happened may be of tomorrow, since it is that already in other time zones.
    """
    tomorrow = today + timedelta(days=1)
    if field in _BIRTHS:
        return Window(date(today.year - _OLDEST, today.month, min(today.day, 28)), today)
    if field in _PROPERTY:
        return Window(date(1800, 1, 1), tomorrow)
    if field in _AHEAD:
        return Window(date(1970, 1, 2), date(2200, 1, 1))
    return Window(date(1980, 1, 1), tomorrow)
