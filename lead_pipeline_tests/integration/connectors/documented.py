"""Sources as the docs show them: each the text of its example, installed as a package would be."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from lead_pipeline.connectors import registry
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS


@contextmanager
def installed(patch: pytest.MonkeyPatch, example: str, name: str) -> Iterator[ModuleType]:
    """The module of an example, which an entry point makes known under `name`."""
    whole = "\n".join(DOCUMENTS.values())
    (text,) = re.findall(rf"<!-- {example} -->\n```python\n(.*?)^```$", whole, re.M | re.S)
    module = ModuleType(name)
    exec(compile(text, f"the docs' {example}", "exec"), module.__dict__)
    patch.setitem(sys.modules, name, module)
    line = EntryPoint(name, f"{name}:connector", registry.GROUP)
    patch.setattr(registry, "entry_points", lambda **_group: [line])
    registry.connectors.cache_clear()
    yield module
    registry.connectors.cache_clear()
