"""PostgreSQL behind pgbouncer, from Debian: by session it works, by transaction it is refused."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database.pooling import require_own_session
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Status
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.server_user import server_user
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")


@contextmanager
def pooled(settings: Settings, mode: str) -> Iterator[str]:
    """The URL of a pgbouncer before the database of `settings`, for as long as it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    parts = urlsplit(settings.database_url)
    host = parse_qs(parts.query)["host"][0]
    name = parts.path.lstrip("/")
    configuration = settings.home / "pgbouncer.ini"
    configuration.write_text(
        f"[databases]\n{name} = host={host} dbname={name} user=leads\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = {mode}\nignore_startup_parameters = options\n"
    )
    process = subprocess.Popen(
        [str(PGBOUNCER), str(configuration)],
        user=server_user().pw_uid,  # it refuses to run as root
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "process up" in line:
                break
        else:
            pytest.fail("pgbouncer does not start")
        yield f"postgresql://leads@127.0.0.1:{port}/{name}"
    finally:
        process.terminate()
        process.communicate(timeout=30)


def let_the_pooler_in(home: Path, server: EmbeddedPostgres) -> None:
    """It runs as the server's user, whom the server knows under no name of a role."""
    home.chmod(0o711)
    rules = home / "postgres" / "pg_hba.conf"
    rules.write_text("local all leads trust\n" + rules.read_text())
    with psycopg.connect(server.superuser_url) as session:
        session.execute("SELECT pg_reload_conf()")


@pytest.fixture
def own_site() -> Iterator[Site]:
    """A server in a folder that the pooler may enter, whose user is not always ours."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "lead-imports").mkdir()
        server = EmbeddedPostgres(folder / "server", durable=False)
        server.start()
        let_the_pooler_in(folder / "server", server)
        settings = Settings(
            folder,
            server.url,
            embedded=False,
            bucket_url=f"{name}/lead-imports",
            database_owner_url=server.owner_url,
        )
        yield Site(settings, FolderBucket(folder / "lead-imports", quiet_seconds=0))
        server.stop()


@needs_pgbouncer
def test_a_pooler_by_session_is_as_good_as_the_server_itself(own_site: Site) -> None:
    with pooled(own_site.settings, "session") as url:
        settings = replace(own_site.settings, database_url=url)
        upgrade(settings)
        behind = Site(settings, own_site.bucket)

        for number, name in enumerate(["ann", "bob"]):  # the second one in a session of the first
            content = csv_file(["Name", "Email"], [[name, f"{name}@example.com"]])
            import_ = run_steps(behind, drop(behind, f"Acme/{number}.csv", content))

            assert (import_.status, import_.contacts_new) == (Status.COMPLETED, 1)


@needs_pgbouncer
def test_a_pooler_by_transaction_is_refused_with_the_address_to_use(
    own_site: Site,
) -> None:
    with (
        pooled(own_site.settings, "transaction") as url,
        pytest.raises(OperatorError, match="pool_mode = session"),
    ):
        upgrade(replace(own_site.settings, database_url=url))


def test_the_address_of_a_known_service_is_refused_without_being_asked() -> None:
    with pytest.raises(OperatorError, match="port 5432 instead of 6543"):
        require_own_session("postgresql://u:p@aws-0.pooler.supabase.com:6543/postgres")


def test_a_server_of_one_s_own_gives_each_client_a_session(site: Site) -> None:
    require_own_session(site.settings.database_url)


def test_what_the_url_says_of_encryption_reaches_the_driver(site: Site) -> None:
    url = f"{site.settings.database_url}&sslmode=verify-full&sslrootcert=/etc/ca.pem"
    told = psycopg.conninfo.conninfo_to_dict(url)
    assert (told["sslmode"], told["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    settings = replace(site.settings, database_url=url, database_owner_url=None)
    for derived in (settings.dagster_database_url, settings.alembic_url):
        assert "sslmode=verify-full" in derived
        assert "sslrootcert=/etc/ca.pem" in derived
