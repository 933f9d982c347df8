"""What people settle about mapping and reading, and which imports it then holds for."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from lead_pipeline import ledger
from lead_pipeline.bucket import BucketObject, FolderBucket
from lead_pipeline.choices.mappings import (
    ANYONE,
    For,
    all_corrections,
    correct,
    correct_all,
    corrected_for,
    corrections,
    forget_correction,
)
from lead_pipeline.choices.reading import (
    Choices,
    all_readings,
    choices_for,
    forget_reading,
    settle_reading,
)
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.headers import header_signature
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import load_raw_leads
from lead_pipeline.intake.drop import drop_file
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

HEADER = ["Full Name", "Email", "Alternate", "Pets"]


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as session:
        yield session


def a_list(number: int, header: list[str] = HEADER) -> bytes:
    """One row of its own in each file, so that none is a duplicate."""
    return csv_file(
        header, [["Ann Lee", f"ann{number}@example.com", f"al{number}@example.com", "2"]]
    )


def fields_of(import_: Import) -> dict[str, str | None]:
    return {column["header"]: column["field"] for column in import_.columns or []}


def archived(site: Site, import_: Import, column: str) -> list[Any]:
    """The values of one column of the import's archive table."""
    return [row[column] for row in rows(site, f"SELECT * FROM archive.{import_.archive_table}")]


def imported(site: Site, number: int, supplier: str = "Acme", header: list[str] = HEADER) -> Import:
    return run_steps(site, drop(site, f"{supplier}/{number}.csv", a_list(number, header)))


def test_a_correction_holds_from_the_next_import_on(site: Site, session: Connection) -> None:
    before = imported(site, 1)
    correct(session, HEADER, For("Acme"), "Pets", "comments")
    after = imported(site, 2)
    assert (fields_of(before)["Pets"], fields_of(after)["Pets"]) == (None, "comments")
    assert archived(site, after, "comments") == ["2"]
    (how,) = [c["how"] for c in after.columns or [] if c["header"] == "Pets"]
    assert how == "override"
    assert fields_of(state(site, before))["Pets"] is None


def test_a_correction_holds_for_the_dry_run_as_for_the_import(
    site: Site, session: Connection, tmp_path: Path
) -> None:
    correct(session, HEADER, For("Acme"), "Pets", "comments")
    path = tmp_path / "list.csv"
    path.write_bytes(a_list(1))
    overrides = partial(corrections, session, whose=For("Acme"))
    run = DryRun(path, site.settings, overrides=overrides)
    (row,) = run.rows(None)
    assert row["contacts"][0]["lead"]["comments"] == "2"
    assert run.head["columns"] == imported(site, 1).columns


def test_a_correction_for_one_supplier_is_none_for_another(site: Site, session: Connection) -> None:
    correct(session, HEADER, For("Acme"), "Pets", "comments")
    assert fields_of(imported(site, 1, "Harbor"))["Pets"] is None


def test_a_correction_holds_for_the_files_with_its_header_alone(
    site: Site, session: Connection
) -> None:
    correct(session, HEADER, For("Acme"), "Pets", "comments")
    assert fields_of(imported(site, 1, header=[*HEADER[:3], "Pets?!"]))["Pets?!"] == "comments"
    other = [*HEADER, "Roof"]
    content = csv_file(other, [["Bo Ek", "bo@example.com", "bea@example.com", "1", "new"]])
    assert fields_of(run_steps(site, drop(site, "Acme/roof.csv", content)))["Pets"] is None


@pytest.mark.parametrize("spelled", ["PETS", "pets:", " Pets "])
def test_the_case_and_punctuation_of_a_header_are_not_part_of_its_signature(
    session: Connection, spelled: str
) -> None:
    correct(session, HEADER, ANYONE, "Pets", "comments")
    header = [spelled, *HEADER[:3]]
    assert corrections(session, header, For("Acme")) == {spelled: "comments"}
    correct(session, header, ANYONE, spelled, None)
    assert corrections(session, HEADER, For("Acme")) == {"Pets": None}
    assert [row["header"] for row in all_corrections(session)] == [spelled]
    assert forget_correction(session, HEADER, ANYONE, "Pets")
    assert all_corrections(session) == []


def test_what_is_settled_for_anyone_holds_for_all_and_the_supplier_wins(
    session: Connection,
) -> None:
    correct(session, HEADER, ANYONE, "Pets", "comments")
    correct(session, HEADER, For("Acme"), "Pets", None)
    assert corrections(session, HEADER, ANYONE) == {"Pets": "comments"}
    assert corrections(session, HEADER, For("Harbor")) == {"Pets": "comments"}
    assert corrections(session, HEADER, For("Acme")) == {"Pets": None}


def test_a_column_can_be_kept_in_extra(site: Site, session: Connection) -> None:
    correct(session, HEADER, ANYONE, "Alternate", None)
    done = imported(site, 1)
    assert archived(site, done, "extra") == [{"Pets": "2", "Alternate": "al1@example.com"}]


def test_what_is_forgotten_is_matched_by_itself_again(site: Site, session: Connection) -> None:
    as_guessed = fields_of(imported(site, 1))
    correct(session, HEADER, For("Acme"), "Alternate", None)
    correct(session, HEADER, ANYONE, "Pets", "comments")
    assert forget_correction(session, HEADER, For("Acme"), "Alternate")
    assert not forget_correction(session, HEADER, For("Acme"), "Alternate")
    assert not forget_correction(session, HEADER, For("Acme"), "Pets")
    assert forget_correction(session, HEADER, ANYONE, "Pets")
    assert fields_of(imported(site, 2)) == as_guessed


def test_the_last_word_counts(session: Connection) -> None:
    correct(session, HEADER, ANYONE, "Pets", "comments")
    correct(session, HEADER, ANYONE, "Pets", "city")
    assert corrections(session, HEADER, ANYONE) == {"Pets": "city"}


def test_two_columns_cannot_be_settled_for_one_field(session: Connection) -> None:
    correct(session, HEADER, ANYONE, "Pets", "email")
    with pytest.raises(
        OperatorError, match="email is fed by 'Pets' already: forget that one first"
    ):
        correct(session, HEADER, ANYONE, "Alternate", "email")
    correct(session, HEADER, ANYONE, "Pets", None)
    correct(session, HEADER, ANYONE, "Alternate", "email")
    assert corrections(session, HEADER, ANYONE) == {"Pets": None, "Alternate": "email"}


def test_a_field_of_the_suppliers_own_column_is_not_fed_by_anyones_as_well(
    site: Site, session: Connection
) -> None:
    correct(session, HEADER, For("Acme"), "Alternate", "email")
    correct(session, HEADER, ANYONE, "Pets", "email")
    assert corrections(session, HEADER, For("Acme")) == {"Alternate": "email"}
    assert corrections(session, HEADER, For("Harbor")) == {"Pets": "email"}
    assert archived(site, imported(site, 1), "contact_email") == ["al1@example.com"]


@pytest.mark.parametrize(
    ("column", "field", "complaint"),
    [
        (
            "Dogs",
            "city",
            "the header has no column 'Dogs'; it has Full Name, Email, Alternate, Pets",
        ),
        ("Pets", "zip code", "there is no field 'zip code': did you mean postal_code?"),
        ("Pets", "e-mail", "there is no field 'e-mail': did you mean email?"),
        ("Pets", "xyzzy", "there is no field 'xyzzy': `lead-pipeline fields` lists them"),
    ],
)
def test_a_correction_of_what_does_not_exist_says_what_does(
    session: Connection, column: str, field: str, complaint: str
) -> None:
    with pytest.raises(OperatorError) as refused:
        correct(session, HEADER, ANYONE, column, field)
    assert str(refused.value) == complaint
    assert all_corrections(session) == []


def test_a_correction_to_what_is_no_field_any_more_is_ignored_and_told(
    site: Site, session: Connection, tmp_path: Path
) -> None:
    stale = {"header_signature": header_signature(HEADER), "header": "Pets", "field": "retired"}
    run(session, "choices/save_mapping_correction", stale | For("Acme").columns)
    correct(session, HEADER, ANYONE, "Alternate", "comments")
    done = imported(site, 1)
    assert (fields_of(done)["Pets"], fields_of(done)["Alternate"]) == (None, "comments")
    assert [problem["code"] for problem in (done.layout or {})["problems"]] == ["stale_correction"]

    path = tmp_path / "list.csv"
    path.write_bytes(a_list(1))
    dry = DryRun(path, site.settings, overrides=partial(corrections, session, whose=For("Acme")))
    assert list(dry.head["file"]["problems"]) == (done.layout or {})["problems"]


def test_what_holds_for_anyone_stands_in_for_a_suppliers_stale_correction(
    session: Connection,
) -> None:
    stale = {"header_signature": header_signature(HEADER), "header": "Pets", "field": "retired"}
    run(session, "choices/save_mapping_correction", stale | For("Acme").columns)
    correct(session, HEADER, ANYONE, "Pets", "comments")
    assert corrections(session, HEADER, For("Acme")) == {"Pets": "comments"}


# One byte that every encoding reads as another letter.
LETTER = b"Full Name,Email,Pets\nAnn Lee,ann@example.com,a\xe9b\n"
READ_AS = {"cp1252": "aéb", "cp1251": "aйb", "iso-8859-7": "aιb", "mac_roman": "aÈb"}


@pytest.mark.parametrize(
    ("level", "encoding"),
    [("guess", "cp1252"), ("profile", "cp1251"), ("supplier", "iso-8859-7"),
     ("object", "mac_roman")],
)  # fmt: skip
def test_an_objects_choice_stands_over_its_suppliers_its_profiles_and_the_guess(
    site: Site, session: Connection, monkeypatch: pytest.MonkeyPatch, level: str, encoding: str
) -> None:
    generic = replace(profiles()["generic"], reading={"encoding": READ_BY["profile"]})
    monkeypatch.setattr(
        "lead_pipeline.choices.reading.profiles", lambda: {**profiles(), "generic": generic}
    )
    levels = ["guess", "profile", "supplier", "object"]
    settled = levels[: levels.index(level) + 1]
    if "profile" in settled:
        supplier: dict[str, Any] = {"profile": "generic"}
        if "supplier" in settled:
            supplier["encoding"] = READ_BY["supplier"]
        settle_reading(session, "supplier", "Acme", Choices(**supplier))
    if "object" in settled:
        own = Choices(encoding=READ_BY["object"])
        settle_reading(session, "object", "Acme/list.csv", own)
    done = run_steps(site, drop(site, "Acme/list.csv", LETTER))
    assert archived(site, done, "extra") == [{"Pets": READ_AS[encoding]}]


READ_BY = {"profile": "cp1251", "supplier": "iso-8859-7", "object": "mac_roman"}


def test_what_is_not_stated_for_the_object_comes_from_its_supplier(session: Connection) -> None:
    settle_reading(session, "supplier", "Acme", Choices(encoding="cp1251", delimiter=";"))
    settle_reading(session, "object", "Acme/a.csv", Choices(delimiter="|", header_row=0))
    assert choices_for(session, "Acme/a.csv", "Acme") == Choices(
        encoding="cp1251", delimiter="|", header_row=0
    )
    assert choices_for(session, "Acme/b.csv", "Acme").delimiter == ";"
    assert choices_for(session, "b.csv", None) == Choices()


def test_settling_again_replaces_and_forgetting_leaves_nothing(session: Connection) -> None:
    settle_reading(session, "supplier", "Acme", Choices(encoding="cp1251"))
    settle_reading(session, "supplier", "Acme", Choices(delimiter=";"))
    assert [row["choices"] for row in all_readings(session)] == [{"delimiter": ";"}]
    assert forget_reading(session, "supplier", "Acme")
    assert not forget_reading(session, "supplier", "Acme")
    assert choices_for(session, None, "Acme") == Choices()


def test_no_header_is_a_choice_and_not_the_lack_of_one() -> None:
    none = Choices(header_row=0)
    assert none.stated == {"header_row": 0}
    assert none.over(Choices(header_row=3)).read_options(1).header_row == 0


class AtOnce(FolderBucket):
    """A bucket whose every new object is read before `put` has returned."""

    site: Site

    def put(self, source: Path, key: str) -> BucketObject:
        stored = super().put(source, key)
        with connect(self.site.settings.database_url, autocommit=True) as session:
            (import_,) = ledger.register(session, [stored])
        load_raw_leads(self.site, import_.partition_key or "")
        return stored


def test_a_file_dropped_with_choices_is_read_that_way_however_soon_it_is_read(
    site: Site, session: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LETTER)
    bucket = AtOnce(Path(site.settings.bucket_url), quiet_seconds=0)
    bucket.site = site
    chosen = Choices(encoding="cp1251", profile="meta_leads")
    dropped = drop_file(path, bucket, site.settings, session=session, choices=chosen)
    done = ledger.get(session, *ledger.find_all(session, dropped.object_key))
    assert ((done.layout or {})["encoding"], done.profile) == ("cp1251", "meta_leads")
    assert [(row["scope"], row["name"]) for row in all_readings(session)] == [
        ("object", dropped.object_key)
    ]


@pytest.mark.parametrize("name", ["utf-9", "", "hex", "rot13", "undefined", "utf\0"])
def test_an_encoding_that_does_not_exist_cannot_be_chosen(name: str) -> None:
    with pytest.raises(OperatorError, match="there is no encoding"):
        Choices(encoding=name)


def test_a_profile_that_does_not_exist_cannot_be_chosen() -> None:
    with pytest.raises(OperatorError, match="there is no profile 'excel'; there are batchleads, "):
        Choices(profile="excel")


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({"encoding": "utf-9"}, "there is no encoding 'utf-9'; utf-8 and windows-1252 are usual"),
        ({"profile": "retired"}, "there is no profile 'retired'; there are batchleads, "),
    ],
)
def test_a_settled_choice_that_became_impossible_fails_the_import_once_with_the_reason(
    site: Site, session: Connection, choices: dict[str, str], reason: str
) -> None:
    parameters = {"scope": "supplier", "name": "Acme", "choices": Jsonb(choices)}
    run(session, "choices/save_reading_choice", parameters)
    import_ = drop(site, "Acme/list.csv", LETTER)
    result = import_object(site, import_)
    assert not result.success
    assert not any(event.is_step_up_for_retry for event in result.all_events)
    failed = state(site, import_)
    assert (failed.status, failed.error_code) == (Status.FAILED, "operator_error")
    assert (failed.error or "").startswith(reason)
    assert ledger.open_imports(session, 10) == []

    forget_reading(session, "supplier", "Acme")
    assert import_object(site, import_).success
    assert state(site, import_).status is Status.COMPLETED


def test_wrong_rules_for_tags_fail_the_import_with_the_reason_until_they_are_mended(
    site: Site,
) -> None:
    rules = site.settings.home / "tags.toml"
    rules.write_text('[[rule]]\ntag = "x"\nfields = ["city"]\npattern = "("\n')
    own = Site(replace(site.settings, tag_rules=rules), site.bucket)
    import_ = drop(own, "Acme/list.csv", LETTER)
    assert not import_object(own, import_).success
    failed = state(own, import_)
    assert (failed.status, failed.error_code) == (Status.FAILED, "operator_error")
    assert "Tag rule 1 (x): `pattern` is no regular expression" in (failed.error or "")

    rules.write_text("")
    assert import_object(own, import_).success


def test_rules_that_a_team_writes_while_we_run_hold_from_the_next_import_on(site: Site) -> None:
    own = Site(replace(site.settings, tag_rules=site.settings.home / "tags.toml"), site.bucket)
    before = run_steps(own, drop(own, "Acme/1.csv", a_list(1)))
    (own.settings.home / "tags.toml").write_text(
        '[[rule]]\ntag = "anyone"\nfields = ["contact_name"]\npattern = "."\n'
    )
    after = run_steps(own, drop(own, "Acme/2.csv", a_list(2)))
    assert (archived(own, before, "tags"), archived(own, after, "tags")) == ([None], [["anyone"]])


@pytest.mark.parametrize(
    "choices",
    [
        Choices(header_row=9),
        Choices(encoding="utf-16"),
        Choices(encoding="utf-16-le"),
        Choices(delimiter=";"),
        Choices(quote=""),
        Choices(sheet="Leads"),
    ],
    ids=repr,
)
def test_choices_that_do_not_fit_the_file_end_in_a_state_and_never_in_a_crash(
    site: Site, session: Connection, choices: Choices
) -> None:
    settle_reading(session, "supplier", "Acme", choices)
    import_ = drop(site, "Acme/list.csv", LETTER)
    import_object(site, import_)
    assert state(site, import_).status in (Status.COMPLETED, Status.REJECTED)


def test_a_correction_for_one_object_holds_for_it_alone(site: Site, session: Connection) -> None:
    correct(session, HEADER, For("Acme"), "Pets", "comments")
    correct(session, HEADER, For(object_key="Acme/2.csv"), "Pets", "city")
    correct(session, HEADER, ANYONE, "Alternate", None)
    assert [fields_of(imported(site, number))["Pets"] for number in (1, 2)] == ["comments", "city"]
    assert corrected_for(session, HEADER, For("Acme", "Acme/2.csv")) == {
        "Alternate": "anyone",
        "Pets": "object",
    }


def test_two_columns_may_change_places_at_once(session: Connection) -> None:
    correct_all(session, HEADER, ANYONE, {"Pets": "city", "Alternate": "comments"})
    correct_all(session, HEADER, ANYONE, {"Pets": "comments", "Alternate": "city"})
    assert corrections(session, HEADER, ANYONE) == {"Pets": "comments", "Alternate": "city"}
    with pytest.raises(OperatorError, match="there is no field"):
        correct_all(session, HEADER, ANYONE, {"Full Name": None, "Pets": "nonsense"}, ["Alternate"])
    assert corrections(session, HEADER, ANYONE) == {"Pets": "comments", "Alternate": "city"}
    correct_all(session, HEADER, ANYONE, {}, HEADER)
    assert all_corrections(session) == []
