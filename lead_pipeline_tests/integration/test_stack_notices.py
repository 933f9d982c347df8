"""A real `up` that tells somebody outside: what was imported, and that it is looked after."""

import json
import urllib.request
from pathlib import Path

from lead_pipeline_tests.integration.receiving import receiver
from lead_pipeline_tests.integration.stack import eventually, running_up


def test_an_import_is_told_by_the_process_of_the_page_and_its_address_is_nowhere(
    tmp_path: Path,
) -> None:
    with receiver() as phone:
        told = {"LEADS_NOTICE_URLS": phone.url, "LEADS_NOTICE_IMPORTS": "always"}
        with running_up(tmp_path, extra=told) as stack:
            stack.put("Acme/list.csv", "Email,Full Name\nann@example.com,Ann Lee\n")
            first, page = eventually(lambda: phone.lines, "it is told")
            with urllib.request.urlopen(f"{stack.page_url}/api/ready") as answer:
                ready = json.load(answer)
            logs = [log.read_text() for log in (tmp_path / "logs").glob("*.log")]
            said = stack.said
    assert first.startswith("Import 1 of Acme: 1 row: 1 new, ")
    assert page == f"{stack.page_url}/notices"
    assert ready["last_look_seconds"] < 60
    assert not [text for text in (*logs, said) if "a-secret" in text]
