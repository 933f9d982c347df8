"""Every text of the pages, out of `texts.toml`: one section a page."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts() -> dict[str, Any]:
    return tomllib.loads((files("lead_pipeline.web") / "texts.toml").read_text(encoding="utf-8"))
