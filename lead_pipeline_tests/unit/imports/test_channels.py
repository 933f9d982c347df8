"""Columns of phones and mails that only their values tell, and those that are none after all."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline_tests.making import csv_file

NAMES = [f"{first} {last}" for first in ("Ann", "Bo", "Cy") for last in ("Dow", "Ray", "Moss")]
MANY = len(NAMES)
MAILS = [f"p{i}@example.com" for i in range(MANY)]
PHONES = [f"202-555-01{i:02}" for i in range(MANY)]
REFS = [f"R-{i}" for i in range(MANY)]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return read_settings({"LEADS_HOME": str(tmp_path / "home")})


def looked_at(home: Settings, columns: dict[str, Sequence[str]]) -> DryRun:
    path = home.home.parent / "list.csv"
    path.write_bytes(csv_file([*columns], list(zip(*columns.values(), strict=True))))
    run = DryRun(path, home)
    list(run.rows(None))
    return run


def fed(run: DryRun) -> dict[str, str | None]:
    return {column["header"]: column["field"] for column in run.head["columns"]}


def told(run: DryRun) -> list[tuple[str, str]]:
    return [(problem["code"], problem["column"]) for problem in run.head["file"]["problems"]]


@pytest.mark.parametrize("header", ["Reach", "From", "Wert", "X7"])
@pytest.mark.parametrize(("values", "field"), [(MAILS, "email"), (PHONES, "phone_1")])
def test_where_nobody_could_be_called_valid_values_win_over_an_unknown_header(
    home: Settings, header: str, values: list[str], field: str
) -> None:
    run = looked_at(home, {"Ref": REFS, header: values})
    assert fed(run)[header] == field
    assert run.counts["rows"]["contacts"] == MANY


def test_what_was_read_by_its_values_alone_is_told(home: Settings) -> None:
    run = looked_at(home, {"Ref": REFS, "Reach": MAILS})
    (problem,) = run.head["file"]["problems"]
    assert problem["message"] == (
        "Reach: no other column has a valid phone or mail, and 9 of 9 values of this one are "
        "mails: it is read as email."
    )


def test_beside_a_column_that_is_callable_an_unknown_header_stays_unknown(home: Settings) -> None:
    run = looked_at(home, {"Email": MAILS, "Reach": [f"x{mail}" for mail in MAILS]})
    assert fed(run) == {"Email": "email", "Reach": None}


def test_a_file_whose_phones_are_all_empty_takes_the_mails_it_has(home: Settings) -> None:
    run = looked_at(home, {"Phone": ["n/a"] * MANY, "Reach": MAILS})
    assert fed(run) == {"Phone": "phone_1", "Reach": "email"}


@pytest.mark.parametrize("header", ["Agent Email", "Account Manager Email", "Spouse Email"])
def test_a_file_without_a_channel_says_which_columns_hold_some(home: Settings, header: str) -> None:
    run = looked_at(home, {"Ref": REFS, header: MAILS})
    assert run.counts["rows"]["rejected"] == MANY
    assert ("not_read", header) in told(run)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("RUT", [f"1234567{i}-5" for i in range(MANY)]),
        ("Member Card", [f"600649123456780{i}" for i in range(MANY)]),
        ("Office No", [str(338 + i) for i in range(MANY)]),
        ("Phone", [str(i) * 3 for i in range(MANY)]),
    ],
)
def test_a_column_in_which_no_value_is_a_number_is_no_phone(
    home: Settings, header: str, values: list[str]
) -> None:
    run = looked_at(home, {"Name": NAMES, header: values, "Email": MAILS})
    assert fed(run)[header] is None
    assert told(run) == [("no_phones", header)]


def test_phones_that_are_only_wrong_stay_phones(home: Settings) -> None:
    wrong = [f"555-555-01{i:02}" for i in range(MANY)]
    assert fed(looked_at(home, {"Phone": wrong, "Email": MAILS}))["Phone"] == "phone_1"


@pytest.mark.parametrize("header", [("Name", "Email"), ("Full Name", "E-mail Address")])
def test_names_and_mails_that_changed_places_are_put_back(
    home: Settings, header: tuple[str, str]
) -> None:
    name, mail = header
    run = looked_at(home, {name: MAILS, mail: NAMES, "Phone": PHONES})
    assert fed(run) == {name: "email", mail: "full_name", "Phone": "phone_1"}
    assert told(run) == [("swapped_columns", name), ("swapped_columns", mail)]


def test_single_names_among_the_mails_swap_nothing(home: Settings) -> None:
    run = looked_at(home, {"Name": [*MAILS[:-1], "Ann Dow"], "Email": [*NAMES[:-1], MAILS[0]]})
    assert fed(run)["Email"] != "full_name"


def test_phones_and_mails_that_changed_places_are_read_by_their_values(home: Settings) -> None:
    run = looked_at(home, {"Phone": MAILS, "Email": PHONES})
    assert fed(run) == {"Phone": "email", "Email": "phone_1"}


@pytest.mark.parametrize(
    "cell",
    ["202-555-0101 ::: 202-555-0102", "(202) 555-0101 (202) 555-0102", "202-555-0101 202-555-0102",
     "202-555-0101 - Ann / 202-555-0102 - Bob", "202-555-0101 ask for Ann; 202-555-0102"],
)  # fmt: skip
def test_a_column_of_several_phones_a_cell_is_one_of_phones(home: Settings, cell: str) -> None:
    """Also where mails stand beside it, so that nobody would be missed."""
    cells = [cell.replace("0101", f"01{at:02}") for at in range(MANY)]
    run = looked_at(home, {"Email": MAILS, "Phone": cells})
    assert fed(run) == {"Email": "email", "Phone": "phone_1"}


@pytest.mark.parametrize(("header", "value"), [("RUT", "12345678-5"), ("Card", "4000123412341234")])
def test_a_single_id_under_a_header_that_says_nothing_is_no_phone(
    home: Settings, header: str, value: str
) -> None:
    run = looked_at(home, {"Email": MAILS[:1], header: [value]})
    assert fed(run)[header] is None
