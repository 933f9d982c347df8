"""The backup and the restore of docs/backup.md, run as they stand there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.settings import read_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.stack import ordinary_user
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, marked


def shell(block: str, folder: Path, home: Path, user: tuple[str, ...] = ()) -> None:
    """A block of backup.md in `folder`, which has the environment as a checkout does."""
    done = subprocess.run(
        [*user, "bash", "-euc", block],
        cwd=folder,
        env=os.environ | {"LEADS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A folder with the environment in it, which nobody may enter: pytest's own are closed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / ".venv").symlink_to(sys.prefix)
        yield folder


def test_a_restored_home_has_the_leads_and_the_files_of_the_backup(checkout: Path) -> None:
    told, home, restored = DOCUMENTS["docs/backup.md"], checkout / "a", checkout / "b"
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    upgrade_schema(read_settings({"LEADS_HOME": str(home)}))
    with psycopg.connect(server.url) as session:
        session.execute("INSERT INTO suppliers (supplier) VALUES ('Acme Leads')")
    (home / "lead-imports").mkdir()
    (home / "lead-imports" / "list.csv").write_text("name,phone\n")
    shell(marked("backup", told), checkout, home)
    server.stop()

    restored.mkdir()
    restored.chmod(0o777)
    # As somebody else than root, for PostgreSQL refuses to run as root.
    shell(
        marked("restore", told),
        checkout,
        restored,
        ordinary_user() if os.geteuid() == 0 else (),
    )

    again = EmbeddedPostgres(restored, durable=False)
    again.start()
    upgrade_schema(read_settings({"LEADS_HOME": str(restored)}))
    with psycopg.connect(again.url) as session:
        assert session.execute("SELECT supplier FROM suppliers").fetchall() == [("Acme Leads",)]
    again.stop()
    assert (restored / "lead-imports" / "list.csv").read_text() == "name,phone\n"
