"""The two roles of docs/operations.md, made by the very statements that stand there."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.storage import LeadStorage
from lead_pipeline_tests.integration.people import imported, leads
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT

ANN = {"name": "Ann Lee", "mail": "ann@example.com"}
BOB = {"name": "Bob Ray", "mail": "bob@example.com"}


def statements(kind: str) -> list[str]:
    (block,) = re.findall(
        rf"^<!-- {kind} -->\n```plpgsql\n(.*?)^```$", DOCUMENTS["docs/operations.md"], re.M | re.S
    )
    return [one.strip() for one in block.split(";") if one.strip()]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """One as it comes from its packages: with a superuser and nothing else."""
    made = EmbeddedPostgres(tmp_path / "server", durable=False)
    made.start()
    execute(made.superuser_url, ["DROP DATABASE leads", "DROP ROLE leads_owner", "DROP ROLE leads"])
    yield made
    made.stop()


@pytest.fixture
def site(server: EmbeddedPostgres, tmp_path: Path) -> Site:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    settings = Settings(
        tmp_path, server.url, embedded=False, bucket_url=str(bucket), watch_seconds=0,
        database_owner_url=server.owner_url,
    )  # fmt: skip
    return Site(settings, FolderBucket(bucket, quiet_seconds=0, clock=lambda: 0.0))


def execute(url: str, texts: list[str]) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        for text in texts:
            session.execute(text)


def works(site: Site) -> None:
    """Imports, an undo, and Dagster's own tables."""
    import_ = imported(site, "Acme/two.csv", ANN, BOB)
    assert leads(site, "full_name") == ["Ann Lee", "Bob Ray"]
    undo_import(site, import_.import_id)
    storage = LeadStorage(site.settings.dagster_database_url)
    assert storage.run_storage.get_runs_count() == 0


def test_the_two_roles_are_enough(site: Site, server: EmbeddedPostgres) -> None:
    execute(server.superuser_url, statements("roles"))
    upgrade(site.settings)
    works(site)
    upgrade(site.settings)
    with connect(site.settings.database_url) as session:
        told = session.execute(
            "SELECT name, setting FROM pg_settings WHERE source = 'database' AND name ^@ 'log_'"
        )
        assert {row["name"]: row["setting"] for row in told} == {
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_min_messages": "log",
        }


def test_a_database_of_one_role_is_parted(site: Site, server: EmbeddedPostgres) -> None:
    execute(
        server.superuser_url,
        ["CREATE ROLE leads LOGIN CREATEDB", "CREATE DATABASE leads OWNER leads"],
    )
    alone = Settings(
        site.settings.home, server.url, embedded=False, bucket_url=site.settings.bucket_url
    )
    upgrade(alone)
    imported(Site(alone, site.bucket), "Acme/one.csv", ANN)

    execute(server.superuser_url.replace("/postgres?", "/leads?"), statements("parting"))
    upgrade(site.settings)

    works(site)
    assert leads(site, "full_name") == ["Ann Lee"]
    with pytest.raises(OperatorError), connect(server.url) as session:
        session.execute("DROP TABLE leads")


def test_a_role_without_rights_is_told_in_one_sentence(
    site: Site, server: EmbeddedPostgres
) -> None:
    execute(server.superuser_url, ["CREATE ROLE leads LOGIN", "CREATE DATABASE leads"])
    alone = Settings(
        site.settings.home, server.url, embedded=False, bucket_url=site.settings.bucket_url
    )
    with pytest.raises(OperatorError, match="the database refuses: permission denied for") as error:
        upgrade(alone)
    assert "docs/operations.md" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_containers_make_the_same_roles() -> None:
    script = (PROJECT / "deploy" / "roles.sql").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and line[0] not in "-\\"]
    secrets = {":'import_password'": "'secret'", ":'owner_password'": "'other-secret'"}
    for variable, secret in secrets.items():
        lines = [line.replace(variable, secret) for line in lines]
    assert [line.removesuffix(";") for line in lines] == statements("roles")
