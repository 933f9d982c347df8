"""What the OpenAPI of the API allows, and what it does not: neither leads to a fault of ours.

Requests are made up from the document by schemathesis, the same ones in every run.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone")
EXAMPLES = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def imports(site: Site) -> int:
    """A completed import with rejected rows, one that is held, one whose file is no list."""
    always = replace(site, settings=replace(site.settings, review="always"))
    people = [("Ann Lee", "ann@example.com", "202-555-0123"), ("Bo Ek", "x", "")]
    run_steps(site, drop(site, "Acme/done.csv", csv_file(HEADER, people)))
    run_steps(always, drop(site, "Acme/held.csv", csv_file(HEADER, people[:1])))
    run_steps(site, drop(site, "Acme/none.csv", b"Full Name,Mail\n"))
    return 3


def within_reach(document: dict[str, Any], most: int) -> dict[str, Any]:
    """The same document in which the numbers of imports are those of some, or next to them."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "import_id":
                    parameter["schema"]["maximum"] = most + 1
    return document


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_leads_to_a_fault_of_ours(
    mode: GenerationMode, imports: int, call: Caller
) -> None:
    document = within_reach(call("GET", "/api/openapi.json").json, imports)
    schema = schemathesis.openapi.from_dict(document)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/events"):
            continue  # a stream of an import that waits has no end

        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: schemathesis.Case) -> None:
            response = case.call(base_url=call.url, timeout=30)
            case.validate_response(response, checks=[not_a_server_error])

        with suppress(Unsatisfiable):  # there is nothing that could be wrong with it
            answered()
            asked += 1
    assert asked > 30
