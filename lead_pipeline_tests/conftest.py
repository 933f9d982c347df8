"""Fixtures that several folders share: a real PostgreSQL, and a site (settings, bucket) on it."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect, run
from lead_pipeline.imports.site import Site
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.s3 import s3_server

__all__ = ["s3_server"]

# Time limits belong to pytest-timeout: a shared machine stalls for reasons of its own.
hypothesis_settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("default")

_number = itertools.count(1)


# Files that take a minute or so: begun first, so that no worker is left with one at the end.
_LONG = ("test_stack_", "_weeks", "/browser/", "test_launcher", "test_matching_machine", "/faults/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(name in str(item.path) for name in _LONG))


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Each test begins with the umask that most people have; commands close it."""
    os.umask(0o022)
    yield
    os.umask(0o022)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One embedded server per test process, without the waits that survive a power cut."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A database with our tables in it, to be copied."""
    _create(postgres, "template_leads", "template0")
    with connect(postgres.superuser_url.replace("/postgres?", "/template_leads?")) as session:
        run(session, "stack/hand_over")  # as the server does with its own
    upgrade(_settings(postgres, "template_leads", Path(os.devnull)))
    return "template_leads"


@pytest.fixture
def lead_settings(postgres: EmbeddedPostgres, template: str, tmp_path: Path) -> Settings:
    """Settings of a fresh database and an empty bucket."""
    name = f"leads_{next(_number)}"
    _create(postgres, name, template)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "lead-imports").mkdir()
    return _settings(postgres, name, home)


@pytest.fixture
def site(lead_settings: Settings) -> Site:
    """A fresh database and an empty folder as the bucket, where no time passes or has to."""
    bucket = FolderBucket(Path(lead_settings.bucket_url), quiet_seconds=0, clock=lambda: 0.0)
    return Site(lead_settings, bucket)


def _create(postgres: EmbeddedPostgres, name: str, template: str) -> None:
    with psycopg.connect(postgres.superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER leads_owner TEMPLATE {template}")


def _settings(postgres: EmbeddedPostgres, database: str, home: Path) -> Settings:
    return Settings(
        home=home,
        database_url=postgres.url.replace("/leads?", f"/{database}?"),
        database_owner_url=postgres.owner_url.replace("/leads?", f"/{database}?"),
        embedded=False,
        bucket_url=str(home / "lead-imports"),
        watch_seconds=0,
    )
