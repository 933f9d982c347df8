"""As whom the embedded server runs, whom it lets in, and how little the role of imports may."""

import os
import pwd
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline.settings.database import socket_folder
from lead_pipeline.stack import programs
from lead_pipeline.stack import server_user as server_user_module
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.process import as_user
from lead_pipeline.stack.programs import server_program
from lead_pipeline.stack.server_user import server_user
from lead_pipeline_tests.integration.people import imported, leads
from lead_pipeline_tests.integration.stack import command, eventually

ANN = {"name": "Ann Lee", "mail": "ann@example.com"}
BOB = {"name": "Bob Ray", "mail": "bob@example.com"}
under_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")


def site_of(settings: Settings) -> Site:
    Path(settings.bucket_url).mkdir(exist_ok=True)
    bucket = FolderBucket(Path(settings.bucket_url), quiet_seconds=0, clock=lambda: 0.0)
    return Site(settings, bucket)


# The process


@under_root
def test_under_root_the_server_is_a_user_of_its_own_without_any_right(
    postgres: EmbeddedPostgres,
) -> None:
    told = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{postgres.pid}/status").read_text().splitlines()
        if ":\t" in line
    )
    user = server_user()
    assert user.pw_name == "lead-pipeline"
    assert told["Uid"].split() == [str(user.pw_uid)] * 4
    assert told["Gid"].split() == [str(user.pw_gid)] * 4
    assert told["Groups"].split() == []
    assert {told[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")} == {"0" * 16}
    assert told["NoNewPrivs"] == "1"


@under_root
def test_the_server_reaches_its_data_below_a_folder_that_is_closed_to_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "home", durable=False)
    server.start()
    try:
        with connect(server.url) as session:
            assert session.execute("SELECT 1 AS one").fetchone() == {"one": 1}
    finally:
        server.stop()


@under_root
def test_who_did_not_start_the_server_is_not_let_in(postgres: EmbeddedPostgres) -> None:
    """Not even its own user, who alone can reach the socket beside root."""
    folder = socket_folder(Path(postgres.log).parents[1])
    for role in ("postgres", "leads_owner", "leads"):
        done = subprocess.run(
            [server_program("psql"), "-h", "/proc/self/cwd", "-U", role, "-c", "SELECT 1"],
            cwd=folder,
            preexec_fn=as_user(server_user(), lambda: None),
            capture_output=True,
            text=True,
            check=False,
        )
        assert f'Peer authentication failed for user "{role}"' in done.stderr


@under_root
def test_programs_that_are_closed_to_the_server_are_copied_to_where_it_may_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = programs._programs()
    assert found is not None
    packages, closed = found.parents[2], tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in programs._PARTS:
        shutil.copytree(packages / part, closed / part)
    with TemporaryDirectory() as name:
        cache = Path(name)
        cache.chmod(0o755)
        monkeypatch.setattr(programs, "_programs", lambda: closed / found.relative_to(packages))
        monkeypatch.setattr(programs, "_CACHE", cache / "of us")
        server = EmbeddedPostgres(tmp_path / "home", durable=False)
        for _ in range(2):  # the second start finds the copy
            server.start()
            assert Path(f"/proc/{server.pid}/exe").resolve().is_relative_to(cache)
            server.stop()
        (copy,) = (cache / "of us").iterdir()
        assert {path.stat().st_uid for path in copy.rglob("*")} == {0}
        assert not [path for path in copy.rglob("*") if path.stat().st_mode & 0o022]


@under_root
def test_where_no_user_can_be_made_it_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_user_module, "_NAME", "no:name")
    with pytest.raises(OperatorError, match="PostgreSQL does not run as root") as error:
        EmbeddedPostgres(tmp_path / "home").start()
    assert "run this as another user than root" in str(error.value)
    assert "\n" not in str(error.value)


# The roles


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine ()", "CREATE SCHEMA mine", "CREATE ROLE mine", "CREATE DATABASE mine",
     "DROP TABLE leads", "ALTER TABLE leads_master ADD mine text", "TRUNCATE lead_sources",
     "CREATE INDEX ON leads_master (full_name)", "SELECT * FROM pg_authid",
     "COPY leads_master TO PROGRAM 'cat'", "SELECT pg_read_file('postgresql.conf')",
     "UPDATE schema_version SET version_num = '0001'", "SET ROLE leads_owner",
     "CREATE TRIGGER mine AFTER INSERT ON leads_master EXECUTE FUNCTION name_text()",
     "ALTER SYSTEM SET log_min_messages = 'debug5'"],
)  # fmt: skip
def test_imports_may_not(site: Site, statement: str) -> None:
    with (
        pytest.raises(OperatorError, match="the database refuses: "),
        connect(site.settings.database_url, autocommit=True) as session,
    ):
        session.execute(statement)


def test_only_what_imports_made_is_shown_among_the_rows_of_all(site: Site) -> None:
    with connect(site.settings.database_url) as session:
        session.execute("CREATE TABLE archive.mine (LIKE leads)")
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="no schema of imports"):
            session.execute("SELECT show_in_parent('archive.mine')")


def test_the_owner_of_the_tables_may_change_what_imports_own(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", ANN)
    with connect(site.settings.owner_url) as session:
        session.execute(f'ALTER TABLE archive."{import_.archive_table}" ADD mine text')


# Homes of before


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    """A home as older releases made it: one role, a superuser whom everybody may be; its server
    ran as `nobody` under root. One import was made."""
    home = tmp_path / "old"
    data, socket = home / "postgres", socket_folder(home)
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for folder in (home, data, socket):
        folder.mkdir(mode=0o700)
    become = as_user(user, lambda: None) if os.geteuid() == 0 else None
    for folder in (data, socket):
        os.chown(folder, user.pw_uid, -1)
    initdb = [str(server_program("initdb")), "-D", "/proc/self/cwd", "-U", "leads",
              "--auth=trust", "--no-sync"]  # fmt: skip
    subprocess.run(initdb, cwd=data, preexec_fn=become, check=True, capture_output=True)
    handle = os.open(socket, os.O_PATH | os.O_DIRECTORY)
    server = subprocess.Popen(
        [str(server_program("postgres")), "-D", "/proc/self/cwd", "-c", "listen_addresses=",
         "-c", f"unix_socket_directories=/proc/self/fd/{handle}"],
        cwd=data, preexec_fn=become, pass_fds=[handle], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(handle)
    try:
        eventually((socket / ".s.PGSQL.5432").exists, "the server listens")
        settings = replace(read_settings({"LEADS_HOME": str(home)}), database_owner_url=None)
        admin = settings.database_url.replace("/leads?", "/postgres?")
        eventually(lambda: _answers(admin), "the server answers")
        with connect(admin, autocommit=True) as session:
            session.execute("CREATE DATABASE leads")
        upgrade(settings)
        imported(site_of(settings), "Acme/old.csv", ANN)
    finally:
        server.terminate()
        server.wait()
    return home


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_home_of_an_older_release_is_brought_to_two_roles(old_home: Path) -> None:
    settings = read_settings({"LEADS_HOME": str(old_home)})
    site = site_of(settings)
    for _ in range(2):  # the second start finds it done
        server = EmbeddedPostgres(old_home, durable=False)
        server.start()
        try:
            upgrade(settings)
            with connect(settings.database_url) as session:
                row = session.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                assert row.fetchone() == {"rolsuper": False}
                owned = session.execute(
                    "SELECT DISTINCT relnamespace::regnamespace::text AS schema,"
                    " relowner::regrole::text AS owner FROM pg_class WHERE relkind IN ('r', 'v')"
                    " AND relnamespace::regnamespace::text IN ('public', 'archive')"
                )
                assert {(row["schema"], row["owner"]) for row in owned} == {
                    ("public", "leads_owner"),
                    ("archive", "leads"),
                }
        finally:
            server.stop()

    server.start()
    try:
        new = imported(site, "Acme/new.csv", ANN, BOB)
        assert leads(site, "full_name") == ["Ann Lee", "Bob Ray"]
        undo_import(site, new.import_id)
        assert leads(site, "full_name") == ["Ann Lee"]
    finally:
        server.stop()


# Doctor


def test_doctor_tells_of_a_role_that_may_more_than_imports_need(
    site: Site, postgres: EmbeddedPostgres
) -> None:
    def told(url: str) -> str:
        done = command(site.settings.home, "lead-pipeline", "doctor",
                       extra={"LEADS_DATABASE_URL": url})  # fmt: skip
        return next(line for line in done.stdout.splitlines() if "role " in line)

    name = site.settings.database_url.partition("@/")[2]
    assert told(site.settings.database_url) == "ok     role      imports work as leads"
    assert told(site.settings.owner_url) == (
        "WRONG  role      imports work as leads_owner, who may change and drop tables"
    )
    superuser = f"{postgres.superuser_url.partition('@/')[0]}@/{name}"
    assert "imports work as postgres, who may do anything on the server" in told(superuser)
