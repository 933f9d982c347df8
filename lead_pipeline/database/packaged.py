"""Finds the files that stand beside the package in a checkout and inside it in a wheel.

Only `sql/`, `dagster.yaml` and `workspace.yaml` are such; data of one module lies next to it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def packaged(name: str) -> Path:
    """The file or folder `name` of the project's top level, wherever this installation keeps it."""
    installed = _PACKAGE / "_project" / name
    return installed if installed.exists() else _PACKAGE.parent / name
