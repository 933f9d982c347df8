"""What the environment may say, what it means, and how a mistake is told."""

from datetime import UTC, datetime, time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import Settings, load_settings, read_settings
from lead_pipeline.settings.database import embedded_url, socket_folder
from lead_pipeline.settings.telling import Quiet


def test_an_empty_environment_gives_a_working_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / ".leads"
    assert read_settings({}) == Settings(
        home=home,
        database_url=embedded_url(home),
        database_owner_url=embedded_url(home, "leads_owner"),
        embedded=True,
        bucket_url=str(home / "lead-imports"),
        default_region="US",
        max_file_mb=50,
        time_zone="UTC",
        tag_rules=home / "tags.toml",
    )


def test_the_home_is_found_from_below_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "project" / "lists" / "2026"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert read_settings({}).home == below / ".leads"
    (tmp_path / "project" / ".leads").mkdir()
    assert read_settings({}).home == tmp_path / "project" / ".leads"
    (below / ".leads").mkdir()
    assert read_settings({}).home == below / ".leads"
    assert read_settings({"LEADS_HOME": "elsewhere"}).home == below / "elsewhere"


def test_a_home_of_somebody_else_further_up_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".leads").mkdir()
    (tmp_path / "lists").mkdir()
    monkeypatch.chdir(tmp_path / "lists")
    monkeypatch.setattr("os.geteuid", lambda: (tmp_path / ".leads").stat().st_uid + 1)
    assert read_settings({}).home == tmp_path / "lists" / ".leads"


def test_the_settings_in_force_are_told_by_the_names_of_the_environment() -> None:
    environment = {"LEADS_HOME": "/srv/leads", "LEADS_DATE_ORDER": "day"}
    told = read_settings(environment).in_force
    assert (told["LEADS_HOME"], told["LEADS_DATE_ORDER"]) == ("/srv/leads", "day")
    assert read_settings(told).in_force == told


def test_every_setting_is_read() -> None:
    environment = {
        "LEADS_HOME": "/srv/leads",
        "LEADS_DATABASE_URL": "postgresql://ann:secret@db.example.com:5433/crm?sslmode=require",
        "LEADS_BUCKET_URL": "s3://lead-imports",
        "LEADS_DEFAULT_REGION": " gb ",
        "LEADS_MAX_FILE_MB": "7",
        "LEADS_TIME_ZONE": "America/New_York",
        "LEADS_DATE_ORDER": " Day ",
        "LEADS_WATCH_SECONDS": "12.5",
        "LEADS_S3_LIST_SECONDS": "60",
    }
    settings = read_settings(environment)
    assert settings == Settings(
        home=Path("/srv/leads"),
        database_url="postgresql://ann:secret@db.example.com:5433/crm?sslmode=require",
        embedded=False,
        bucket_url="s3://lead-imports",
        default_region="GB",
        max_file_mb=7,
        time_zone="America/New_York",
        watch_seconds=12.5,
        s3_list_seconds=60,
        tag_rules=Path("/srv/leads/tags.toml"),
        date_order="day",
    )
    assert settings.max_file_bytes == 7 * 1024 * 1024
    assert settings.dagster_home == Path("/srv/leads/dagster")


@pytest.mark.parametrize(
    "name",
    ["LEADS_HOME", "LEADS_DATABASE_URL", "LEADS_BUCKET_URL", "LEADS_DEFAULT_REGION",
     "LEADS_MAX_FILE_MB", "LEADS_TIME_ZONE", "LEADS_DATE_ORDER", "LEADS_WATCH_SECONDS",
     "LEADS_S3_LIST_SECONDS"],
)  # fmt: skip
def test_an_empty_value_means_the_default(name: str) -> None:
    assert read_settings({name: ""}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEADS_DATABASE_URL", "mysql://root@localhost/leads"),
        ("LEADS_DATABASE_URL", "localhost:5432"),
        ("LEADS_DEFAULT_REGION", "USA"),
        ("LEADS_DEFAULT_REGION", "1a"),
        ("LEADS_DEFAULT_REGION", "éé"),
        ("LEADS_MAX_FILE_MB", "0"),
        ("LEADS_MAX_FILE_MB", "-5"),
        ("LEADS_MAX_FILE_MB", "1.5"),
        ("LEADS_MAX_FILE_MB", "²"),
        ("LEADS_MAX_FILE_MB", "much"),
        ("LEADS_TIME_ZONE", "Mars/Olympus"),
        ("LEADS_TIME_ZONE", "../../etc/passwd"),
        ("LEADS_TIME_ZONE", "America"),
        ("LEADS_DATE_ORDER", "year"),
        ("LEADS_DATE_ORDER", "month_first"),
        ("LEADS_WATCH_SECONDS", "-1"),
        ("LEADS_WATCH_SECONDS", "31"),
        ("LEADS_WATCH_SECONDS", "nan"),
        ("LEADS_S3_LIST_SECONDS", "0"),
        ("LEADS_S3_LIST_SECONDS", "a minute"),
    ],
)
def test_a_wrong_value_is_refused_and_named(name: str, value: str) -> None:
    with pytest.raises(OperatorError, match=name):
        read_settings({name: value})


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {"LEADS_MAX_FILE_MB": "x", "LEADS_TIME_ZONE": "x", "LEADS_DEFAULT_REGION": "x"}
    with pytest.raises(OperatorError) as caught:
        read_settings(wrong)
    assert all(name in str(caught.value) for name in wrong)


def test_a_password_never_stands_in_a_message() -> None:
    with pytest.raises(OperatorError) as caught:
        read_settings({"LEADS_DATABASE_URL": "mysql://root:hush-hush@localhost/leads"})
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"]
)
def test_each_library_gets_the_driver_that_it_needs(scheme: str) -> None:
    settings = read_settings({"LEADS_DATABASE_URL": f"{scheme}://ann@db.example.com/crm"})
    assert settings.database_url == "postgresql://ann@db.example.com/crm"
    assert settings.alembic_url == "postgresql+psycopg://ann@db.example.com/crm"
    assert settings.dagster_database_url == (
        "postgresql+psycopg2://ann@db.example.com/crm?options=-csearch_path%3Ddagster"
    )


def test_dagsters_schema_is_added_to_what_the_url_says_already() -> None:
    settings = read_settings({"LEADS_DATABASE_URL": "postgresql://db/crm?sslmode=require"})
    assert settings.dagster_database_url == (
        "postgresql+psycopg2://db/crm?sslmode=require&options=-csearch_path%3Ddagster"
    )


@given(st.integers(1, 60).flatmap(lambda n: st.text("ab é/", min_size=n * 5, max_size=n * 5)))
def test_the_path_of_the_socket_always_fits(name: str) -> None:
    folder = socket_folder(Path("/srv") / name.strip("/"))
    assert len(str(folder / ".s.PGSQL.5432").encode()) <= 107


def test_two_long_homes_do_not_share_a_socket(tmp_path: Path) -> None:
    one, other = tmp_path / ("a" * 120), tmp_path / ("b" * 120)
    assert socket_folder(one) != socket_folder(other)
    assert socket_folder(one) == socket_folder(one)


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_settings.cache_clear()
    monkeypatch.setenv("LEADS_MAX_FILE_MB", "3")
    try:
        first = load_settings()
        monkeypatch.setenv("LEADS_MAX_FILE_MB", "4")
        assert (first.max_file_mb, load_settings()) == (3, first)
    finally:
        load_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("LEADS_MAX_UNREADABLE_PERCENT", "101"),
        ("LEADS_KEPT_REJECTED_ROWS", "many"),
        ("LEADS_MIN_FREE_MB", "-1"),
    ],
)
def test_limits_are_whole_numbers(name: str, wrong: str) -> None:
    assert read_settings({name: "7"}).in_force[name] == "7"
    with pytest.raises(OperatorError, match=rf"{name} must be a whole number from 0 to .*{wrong}"):
        read_settings({name: wrong})


_PASSWORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=8)


@given(_PASSWORDS, _PASSWORDS)
def test_a_url_is_understood_or_refused_without_any_piece_of_it(one: str, other: str) -> None:
    """A password that is not written in percent signs where it has to be."""
    for secret in ("q7Zx" + one + "Xz9k" + other + "w3Vb", quote("q7Zx" + one, safe="") + "Xz9k"):
        url = f"postgresql://ann:{secret}@db.example.com:5433/crm"
        try:
            settings = read_settings({"LEADS_DATABASE_URL": url})
        except OperatorError as error:
            told = str(error)
            assert "LEADS_DATABASE_URL cannot be read" in told
        else:
            assert conninfo_to_dict(settings.database_url)["host"] == "db.example.com"
            told = str(settings.in_force)
        assert not [piece for piece in ("q7Zx", "Xz9k", "w3Vb") if piece in told]


@pytest.mark.parametrize(
    "url",
    ["postgresql://zoe:hu@sh@db.example.com/crm", "postgresql://zoe:hu#sh@db.example.com/crm",
     "postgresql://zoe:hu/sh@db.example.com/crm", "postgresql://zoe:hu?sh@db.example.com/crm",
     "postgresql://zoe:hu%sh@db.example.com/crm", "postgresql://zoe:[hush@db.example.com/crm",
     "postgresql://zoe:hush@db.example.com:door/crm", "postgresql://zoe:hu sh@db.example.com/crm",
     "postgresql://zoe@db.example.com/crm?hush=hush"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["LEADS_DATABASE_URL", "LEADS_DATABASE_OWNER_URL"])
def test_a_broken_url_is_told_without_any_piece_of_it(name: str, url: str) -> None:
    with pytest.raises(OperatorError, match=f"^{name} cannot be read: it must look like ") as error:
        read_settings({"LEADS_DATABASE_URL": "postgresql://db/crm", name: url})
    pieces = ("zoe", "hu", "sh", "example", "crm", "door")
    assert not [piece for piece in pieces if piece in str(error.value)]


def test_an_owner_without_a_database_of_one_s_own_is_a_mistake() -> None:
    with pytest.raises(OperatorError, match="is for the database of LEADS_DATABASE_URL only"):
        read_settings({"LEADS_DATABASE_OWNER_URL": "postgresql://ann@db.example.com/crm"})


def test_whom_to_tell_is_a_secret_and_when_not_is_a_span_of_the_day(tmp_path: Path) -> None:
    stated = {
        "LEADS_NOTICE_URLS": "json://hooks.example.com/a-secret mailto://me:a-secret@example.com",
        "LEADS_NOTICE_QUIET": "22:00-07:00",
    }
    settings = read_settings(stated)
    assert settings.telling.urls == tuple(stated["LEADS_NOTICE_URLS"].split())
    assert settings.in_force["LEADS_NOTICE_URLS"] == "*** ***"
    assert settings.in_force["LEADS_NOTICE_QUIET"] == "22:00-07:00"
    assert "a-secret" not in repr(settings)
    file = tmp_path / "addresses"
    file.write_text("json://one.example.com\njson://two.example.com\n")
    file.chmod(0o600)
    listed = read_settings({"LEADS_NOTICE_URLS_FILE": str(file)})
    assert listed.telling.urls == ("json://one.example.com", "json://two.example.com")


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"LEADS_NOTICE_URLS": "json://one.example.com a-secret"}, "address 2 must be like"),
        ({"LEADS_NOTICE_QUIET": "late"}, "must be like 22:00-07:00, not 'late'"),
        ({"LEADS_NOTICE_QUIET": "07:00-07:00"}, "must be like 22:00-07:00"),
    ],
)
def test_what_is_wrong_with_telling_is_told_without_the_address(
    stated: dict[str, str], told: str
) -> None:
    with pytest.raises(OperatorError) as error:
        read_settings(stated)
    assert told in str(error.value)
    assert "a-secret" not in str(error.value)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [(Quiet(time(22), time(7)), [22, 23, *range(7)]), (Quiet(time(13), time(15)), [13, 14])],
)
def test_quiet_hours_may_pass_midnight(quiet: Quiet, hours: list[int]) -> None:
    day = datetime(2026, 11, 3, tzinfo=UTC)
    held = [hour for hour in range(24) if quiet.holds(day.replace(hour=hour), "UTC")]
    assert held == sorted(hours)
    there = [hour for hour in range(24) if quiet.holds(day.replace(hour=hour), "Etc/GMT+1")]
    assert there == sorted((hour + 1) % 24 for hour in hours)


def test_logs_are_text_or_json() -> None:
    assert read_settings({}).log_format == "text"
    assert read_settings({"LEADS_LOG_FORMAT": "JSON"}).log_format == "json"
    with pytest.raises(OperatorError, match="LEADS_LOG_FORMAT must be text or json, not 'xml'"):
        read_settings({"LEADS_LOG_FORMAT": "xml"})


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"LEADS_NOTICE_IMPORTS": "some"}, "must be one of never, when-needed, always"),
        ({"LEADS_NOTICE_LEADS": "many"}, "must be a whole number from 0 to 1,000, not 'many'"),
        ({"LEADS_NOTICE_LEADS": "1001"}, "must be a whole number from 0 to 1,000"),
    ],
)
def test_of_what_to_tell_is_checked(stated: dict[str, str], told: str) -> None:
    with pytest.raises(OperatorError, match=told):
        read_settings(stated)
