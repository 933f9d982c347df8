"""What tools/write_docs.py takes from the code stands in the docs as it would write it today."""

import importlib.util
from types import ModuleType

import pytest

from lead_pipeline.fields.catalogue import fields
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/ is no package: the script is loaded by its path."""
    spec = importlib.util.spec_from_file_location("write_docs", PROJECT / "tools/write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_commands_are_told_as_they_tell_it_themselves(tool: ModuleType) -> None:
    assert tool.cli() == DOCUMENTS["docs/cli.md"]


def test_the_fields_are_those_of_the_list(tool: ModuleType) -> None:
    assert tool.field_list() == DOCUMENTS["docs/fields.md"]


def test_what_the_readme_shows_of_a_messy_file_is_what_a_preview_says(tool: ModuleType) -> None:
    assert tool.readme() == DOCUMENTS["README.md"]


def test_every_field_says_what_it_is() -> None:
    assert [name for name, field in fields().items() if not field.description] == []
