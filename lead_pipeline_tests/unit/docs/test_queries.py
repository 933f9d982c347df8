"""Every query of the docs runs on a real database with our tables in it."""

import pytest

from lead_pipeline.database import connect
from lead_pipeline.settings import Settings
from lead_pipeline_tests.unit.docs.documents import blocks, everything, typed

SHOWN = [query for block in blocks("sql", everything()) for query in block.split(";\n") if query]
TYPED = [
    words[words.index("-c") + 1]
    for program, words in typed()
    if program == "lead-pipeline" and "psql" in words and "-c" in words
]


@pytest.mark.parametrize("query", [*SHOWN, *(query for query in TYPED if query[0] != "\\")])
def test_a_query_runs(query: str, lead_settings: Settings) -> None:
    with connect(lead_settings.database_url) as session:
        assert session.execute(query.encode()).description
