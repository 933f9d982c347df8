"""What two leads are compared in: the levels at which they may agree, and how often one person's
two records do.

The chances are those of Fellegi and Sunter's model (A Theory for Record Linkage, JASA 64, 1969):
`m` of a level among pairs that are one person, `u` among pairs that are not. What stands here of
`m` is only where learning begins; `u` is counted among the leads themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# Likeness of two names (Jaro-Winkler, 0 to 1) from which on they are probably one, mistyped; from
# which on they may be; and, where first and last name changed places, at which both halves agree.
_NEAR, _FAR, _SWAPPED = 0.9, 0.8, 0.88


@dataclass(frozen=True, slots=True)
class Level:
    """A way to agree: SQL about `<column>_l` and `<column>_r`, and the words that tell it.

    `m` is where learning begins. `counts` names the column whose value is the stronger a sign the
    rarer it is.
    """

    sql: str
    words: str
    m: float
    counts: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing to compare. The levels are tried in their order; `otherwise` is `m` of the rest.

    Where `missing` is true of a pair, nothing can be said of it.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]
    otherwise: float
    differs: str

    @property
    def chances(self) -> tuple[float, ...]:
        """`m` of all levels, that of the rest last."""
        return (*(level.m for level in self.levels), self.otherwise)


def _missing(*columns: str) -> str:
    return " OR ".join(f"{column}_{side} IS NULL" for column in columns for side in "lr")


def _like(column: str, at_least: float, other: str | None = None) -> str:
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {at_least}"


def _slips(column: str, most: int) -> str:
    """Letters left out, added, changed, or changed places, at most so many."""
    return f"damerau_levenshtein({column}_l, {column}_r) <= {most}"


def _any_slips(columns: Sequence[str], most: int) -> str:
    each = (f"damerau_levenshtein({a}_l, {b}_r)" for a in columns for b in columns)
    return f"least({', '.join(each)}) <= {most}"


_NAMES_SWAPPED = (
    f"{_like('first_name', _SWAPPED, 'last_name')} AND {_like('last_name', _SWAPPED, 'first_name')}"
)
_INITIAL = (
    "least(length(first_name_l), length(first_name_r)) = 1 "
    "AND left(first_name_l, 1) = left(first_name_r, 1)"
)
_DAY_AND_MONTH_SWAPPED = (
    "left(born_l, 4) = left(born_r, 4) AND substr(born_l, 5, 2) = substr(born_r, 7, 2) "
    "AND substr(born_l, 7, 2) = substr(born_r, 5, 2)"
)
_PHONES = ("phone", "other_phone")

COMPARISONS = (
    Comparison(
        "first_name",
        _missing("first_name"),
        (
            Level("first_name_l = first_name_r", "the same first name", 0.82, "first_name"),
            Level(_NAMES_SWAPPED, "first and last name have changed places", 0.03),
            Level(_slips("first_name", 1), "first names that are one slip apart", 0.06),
            Level(
                f"{_like('first_name', _NEAR)} OR {_INITIAL}", "nearly the same first name", 0.03
            ),
            Level(_like("first_name", _FAR), "a like first name", 0.02),
        ),
        0.04,
        "first names",
    ),
    Comparison(
        "last_name",
        _missing("last_name"),
        (
            Level("last_name_l = last_name_r", "the same last name", 0.83, "last_name"),
            Level(_NAMES_SWAPPED, "", 0.03),
            Level(_slips("last_name", 1), "last names that are one slip apart", 0.06),
            Level(_like("last_name", _NEAR), "nearly the same last name", 0.03),
            Level(_like("last_name", _FAR), "a like last name", 0.01),
        ),
        0.04,
        "last names",
    ),
    Comparison(
        "born",
        _missing("born"),
        (
            Level("born_l = born_r", "the same date of birth", 0.85),
            Level(
                f"{_slips('born', 1)} OR ({_DAY_AND_MONTH_SWAPPED})",
                "dates of birth that are one slip apart",
                0.08,
            ),
            Level(_slips("born", 2), "dates of birth that are two slips apart", 0.03),
        ),
        0.04,
        "dates of birth",
    ),
    Comparison(
        "address",
        _missing("street"),
        (
            Level(
                "street_l = street_r AND house_l IS NOT DISTINCT FROM house_r",
                "the same street and house number",
                0.66,
            ),
            Level(
                f"{_like('street', _NEAR)} AND {_slips('house', 1)}",
                "nearly the same street and house number",
                0.10,
            ),
            Level(_like("street", _NEAR), "the same street, another house number", 0.06),
            Level(
                f"{_like('street', _FAR)} AND house_l = house_r",
                "a like street, the same house number",
                0.02,
            ),
        ),
        0.16,
        "addresses",
    ),
    Comparison(
        "area",
        _missing("postal_code"),
        (
            Level("postal_code_l = postal_code_r", "the same postal code", 0.82),
            Level(_slips("postal_code", 1), "postal codes that are one slip apart", 0.08),
            Level("city_l = city_r", "the same city", 0.02),
        ),
        0.08,
        "postal codes",
    ),
    Comparison(
        "phone",
        _missing("phone"),
        (
            Level(_any_slips(_PHONES, 0), "a phone in common", 0.20),
            Level(_any_slips(_PHONES, 1), "phones that are one slip apart", 0.40),
        ),
        0.40,
        "phones",
    ),
    Comparison(
        "mail",
        _missing("mail"),
        (
            Level("mail_l = mail_r", "the same mail", 0.10),
            Level(_slips("mail", 1), "mails that are one slip apart", 0.10),
            Level("mailbox_l = mailbox_r", "mails of one name at two providers", 0.20, "mailbox"),
        ),
        0.60,
        "mails",
    ),
)
COLUMNS = (
    "first_name", "last_name", "born", "house", "street", "postal_code", "city",
    "phone", "other_phone", "mail", "mailbox",
)  # fmt: skip
"""The columns of people that are compared: folded text, null where nothing is known."""
COUNTED = tuple(level.counts for c in COMPARISONS for level in c.levels if level.counts)
"""Those of them whose values are counted among all leads."""
