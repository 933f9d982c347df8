"""How days are written whose order of day and month is plain: the shapes, and the names of months.

The others are date_order.py's business; which days these are is dates.py's.
"""

import pyarrow as pa
import pyarrow.compute as pc

# Months by their names and usual abbreviations: English, Spanish, French, German.
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan enero ene janvier janv januar jän jänner",
            "february feb febrero février févr fév fevrier fevr februar",
            "march mar marzo mars märz mär mrz maerz",
            "april apr abril abr avril avr",
            "may mayo mai",
            "june jun junio juin juni",
            "july jul julio juillet juil juli",
            "august aug agosto ago août aout",
            "september sept sep septiembre setiembre set septembre",
            "october oct octubre octobre oktober okt",
            "november nov noviembre novembre",
            "december dec diciembre dic décembre déc decembre dezember dez",
        ],
        start=1,
    )
    for name in names.split()
}

_MONTH = r"(?P<name>\pL{3,10})\.?"
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
DATED = [
    r"^(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})$",
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$",
    rf"^(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?{_YEAR}$",
    rf"^{_DAY_OF_MONTH}[-/ ]?(?:de |of )?{_MONTH}[-/, ]+(?:de )?'?{_YEAR}$",
    rf"^{_MONTH}[-/ ]?{_DAY_OF_MONTH}[-/, ]+'?{_YEAR}$",
    rf"^(?P<year>\d{{4}})[-/ ]{_MONTH}[-/ ](?P<day>\d{{1,2}})$",
]


def month_of(part: dict[str, pa.StringArray]) -> pa.Int64Array:
    """The month of the parts of a shape, by its number or its name; null where neither is one."""
    if "month" in part:
        return part["month"].cast(pa.int64())
    named = pc.index_in(part["name"], pa.array(list(_MONTHS)))
    return pa.array(list(_MONTHS.values())).take(named)
