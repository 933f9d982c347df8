"""`lead-pipeline` as people type it, run in this process against the database of a test."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lead_pipeline import ledger
from lead_pipeline.cli import main
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.settings import load_settings
from lead_pipeline_tests.integration.steps import run_steps


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Said]


@pytest.fixture
def command(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Runs a command with the settings of the site in the environment."""
    monkeypatch.setenv("LEADS_HOME", str(site.settings.home))
    monkeypatch.setenv("LEADS_DATABASE_URL", site.settings.database_url)
    monkeypatch.setenv("LEADS_BUCKET_URL", site.settings.bucket_url)

    def run(*arguments: object) -> Said:
        load_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["lead-pipeline", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, printed.out, printed.err)

    load_settings.cache_clear()
    yield run
    load_settings.cache_clear()


@pytest.fixture
def nowhere(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same, where no database runs."""
    monkeypatch.setenv("LEADS_DATABASE_URL", "postgresql://leads@127.0.0.1:1/leads")
    return command


def import_dropped(site: Site, key: str) -> Import:
    """Carry an object that a command has dropped all the way through."""
    with connect(site.settings.database_url, autocommit=True) as session:
        entered = ledger.register(session, [o for o in site.bucket.list() if o.key == key])
    return run_steps(site, entered[0])
