"""Tags by rules: the rules of the project, rules of a team, and rules that are none."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.errors import OperatorError
from lead_pipeline.normalizing.tag_rules import load_rules
from lead_pipeline.normalizing.tags import ValueRule, tag


@pytest.mark.parametrize(
    ("column", "value", "tags"),
    [
        ("contact_phone_1_type", "Mobile", ["mobile"]),
        ("phone_2_type", "Cell Phone", ["mobile"]),
        ("contact_phone_1_type", "Landline", ["landline"]),
        ("email_is_role", "true", ["role_mail"]),
        ("email_is_disposable", "true", ["disposable_mail"]),
        ("email", "jane.info@example.com", []),
        ("lead_type", "EXCLUSIVE", ["exclusive"]),
        ("lead_type", "non-exclusive", ["shared"]),
        ("product", "Solar + Roofing", ["roofing", "solar"]),
        ("campaign_name", "Refi Q4", ["mortgage"]),
        ("absentee_owner", True, ["absentee_owner"]),
        ("absentee_owner", False, []),
        ("country", "US", []),
        ("country", "DE", []),
        ("state", "NY", []),
        ("comments", "solar", []),
    ],
)
def test_the_rules_of_the_project(column: str, value: object, tags: list[str]) -> None:
    assert tag(pa.table({column: [value]}), load_rules()).to_pylist() == [tags]


def test_the_tags_of_several_columns_come_once_each_and_in_order() -> None:
    table = pa.table(
        {
            "phone_1_type": ["Mobile", None, "Landline"],
            "phone_2_type": ["mobile", None, "cell"],
            "product": ["solar", "", "Auto insurance"],
        }
    )

    assert tag(table, load_rules()).to_pylist() == [
        ["mobile", "solar"],
        [],
        ["automotive", "insurance", "landline", "mobile"],
    ]


def test_no_rows_and_no_rules_give_no_tags() -> None:
    table = pa.table({"product": ["solar"]})

    assert tag(table, ()).to_pylist() == [[]]
    assert tag(table.slice(1), load_rules()).to_pylist() == []


def test_a_team_states_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    path.write_text('[[rule]]\ntag = "north"\nfields = ["state"]\nunless = "^(TX|FL)$"\n')

    rules = load_rules(path)
    assert rules == (ValueRule("north", ("state",), unless="^(TX|FL)$"),)
    assert tag(pa.table({"state": ["TX", "ND", None]}), rules).to_pylist() == [[], ["north"], []]


AREA = """[area]
states = ["TX", "ok"]
postal_codes = ["731", "75001"]
area_codes = [580, "+4420"]
countries = ["US", "GB"]
"""


@pytest.mark.parametrize(
    ("row", "outside"),
    [
        ({}, False),
        ({"state": "TX"}, False),
        ({"state": "OK"}, False),
        ({"state": "NY"}, True),
        ({"state": "NY", "property_state": "TX"}, False),
        ({"postal_code": "73101-0001"}, False),
        ({"postal_code": "10001"}, True),
        ({"postal_code": "75002", "state": "TX"}, False),
        ({"phone_e164": "+15805550123"}, False),
        ({"phone_e164": "+442079460123"}, False),
        ({"phone_e164": "+12125550123"}, True),
        ({"phone_e164": "+12125550123", "state": "TX"}, False),
        ({"country": "DE"}, True),
        ({"country": "DE", "state": "TX"}, True),
        ({"country": "US"}, False),
        ({"country": "US", "state": "NY"}, True),
    ],
)
def test_a_team_that_states_its_area_gets_told_who_is_out_of_it(
    tmp_path: Path, row: dict[str, str], outside: bool
) -> None:
    path = tmp_path / "tags.toml"
    path.write_text(AREA)
    columns = ("state", "property_state", "postal_code", "phone_e164", "country", "product")
    full = {name: pa.array([row.get(name)], pa.string()) for name in columns}

    full["product"] = pa.array(["solar"])
    tags = ["out_of_area", "solar"] if outside else ["solar"]
    assert tag(pa.table(full), load_rules(path)).to_pylist() == [tags]


def test_only_the_kinds_of_places_that_a_team_states_count(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    path.write_text('[area]\nstates = ["TX"]\n')
    table = pa.table({"state": [None, "NY"], "phone_e164": ["+12125550123"] * 2})
    assert tag(table, load_rules(path)).to_pylist() == [[], ["out_of_area"]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[rule", "cannot be read"),
        ('[[rule]]\nfields = ["a"]\npattern = "x"', "needs `tag`"),
        ('[area]\nstate = ["TX"]', "no such key: state; there are countries, states, "),
        ('[area]\nstates = "TX"', "`states` needs a list"),
        ('[[rule]]\ntag = "x"\noutside = ["state"]', "`outside` says which columns tell"),
        ('[[rule]]\ntag = "x"\noutside = {states = "state"}', "lists of columns"),
        ('[[rule]]\ntag = "x"\nfields = "a"\npattern = "x"', "a list of columns"),
        ('[[rule]]\ntag = "x"\nfields = ["a"]', "needs a `pattern`"),
        ('[[rule]]\ntag = "x"\nfields = ["a"]\npatern = "x"', "no such key: patern"),
        ('[[rule]]\ntag = "x"\nfields = ["a"]\npattern = "("', "no regular expression"),
    ],
)
def test_a_file_that_holds_no_rules_is_refused_with_the_place(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "tags.toml"
    path.write_text(text)

    with pytest.raises(OperatorError, match=complaint):
        load_rules(path)


def test_rules_that_a_team_writes_or_takes_away_hold_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "tags.toml"
    assert load_rules(path) == load_rules()
    path.write_text("rule = []")
    assert load_rules(path) == ()
    path.unlink()
    assert load_rules(path) == load_rules()


VALUES = st.none() | st.text("abc", max_size=3)
RULES = st.lists(
    st.builds(
        ValueRule,
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from([("one",), ("two",), ("*",)]),
        st.sampled_from(["", "a", "^b", "ab|c"]),
        st.sampled_from(["", "c", "^a"]),
    ),
    max_size=5,
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=8), RULES)
def test_tags_are_those_that_asking_row_by_row_gives(
    rows: list[tuple[str | None, str | None]], rules: list[ValueRule]
) -> None:
    table = pa.table(
        {name: pa.array(cells, pa.string()) for name, cells in zip(
            ("one", "two"), zip(*rows, strict=True) if rows else ((), ()), strict=True)}
    )  # fmt: skip

    def earns(row: tuple[str | None, str | None], rule: ValueRule) -> bool:
        cells = [cell for name, cell in zip(("one", "two"), row, strict=True)
                 if cell is not None and rule.fields in ((name,), ("*",))]  # fmt: skip
        return any(
            re.search(rule.pattern, cell) and not (rule.unless and re.search(rule.unless, cell))
            for cell in cells
        )

    assert tag(table, rules).to_pylist() == [
        sorted({rule.tag for rule in rules if earns(row, rule)}) for row in rows
    ]
