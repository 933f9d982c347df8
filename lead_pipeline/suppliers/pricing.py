"""Which rule of the terms prices a contact, as SQL over the normalized table of an import."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from psycopg import sql

from lead_pipeline.suppliers.agreement import PHONE_TYPE, Agreement, Rule

OVER_THE_CAP = -1
BAD_FILE = -2
"""What prices a contact at nothing, in place of a rule."""
_FALSE = sql.SQL("false")


def rule_of(agreement: Agreement, has: frozenset[str], modified_at: sql.Literal) -> sql.Composable:
    """The number of the rule that prices a row `n`: from 1, the last that is met; 0 for none.

    `has` are the columns of the table; `modified_at` is when the file came.
    """
    cases = [
        sql.SQL("WHEN {} THEN {}").format(_met(rule, has, modified_at), sql.Literal(number))
        for number, rule in reversed([*enumerate(agreement.rules, start=1)])
    ]
    if not cases:
        return sql.SQL("0")
    return sql.SQL("CASE {} ELSE 0 END").format(sql.SQL(" ").join(cases))


def prices(agreement: Agreement, usual: Decimal) -> sql.Composable:
    """The prices by rule as an array; `usual` is that of no rule."""
    listed = [usual, *(rule.price for rule in agreement.rules)]
    return sql.SQL("ARRAY[{}]::numeric[]").format(sql.SQL(", ").join(map(sql.Literal, listed)))


def _met(rule: Rule, has: frozenset[str], modified_at: sql.Literal) -> sql.Composable:
    return sql.SQL("({})").format(sql.SQL(" AND ").join(_conditions(rule, has, modified_at)))


def _conditions(
    rule: Rule, has: frozenset[str], modified_at: sql.Literal
) -> Iterator[sql.Composable]:
    yield from _texts(rule.fields, {name: _column(name, has) for name in rule.fields})
    yield from _texts(
        rule.extra,
        {name: sql.SQL("n.extra ->> {}").format(sql.Literal(name)) for name in rule.extra},
    )
    age = sql.SQL("{0} - least(n.event_at, {0})").format(modified_at)
    for days, sign in ((rule.min_age_days, ">="), (rule.max_age_days, "<=")):
        if days is not None:
            yield sql.SQL("{} {} make_interval(days => {})").format(
                age, sql.SQL(sign), sql.Literal(days)
            )


def _column(name: str, has: frozenset[str]) -> sql.Composable | None:
    column = "contact_phone_1_type" if name == PHONE_TYPE else name
    return sql.Identifier("n", column) if column in has else None


def _texts(
    wanted: Mapping[str, tuple[str, ...]], values: Mapping[str, sql.Composable | None]
) -> Iterator[sql.Composable]:
    """That each value is one of its texts; what the file does not have is none of them."""
    for name, texts in wanted.items():
        value = values[name]
        if value is None:
            yield _FALSE
        else:
            folded = sql.Literal([text.strip().lower() for text in texts])
            yield sql.SQL("lower(({})::text) = ANY ({})").format(value, folded)
