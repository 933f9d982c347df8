"""A real `up` whose logs are JSON: each line of each part, from its start to its end."""

import json
from pathlib import Path

from lead_pipeline_tests.integration.stack import ended_import, running_up, session_of

PARTS = ("code-server", "daemon", "page", "webserver")


def test_every_line_of_every_part_is_json_and_tells_of_which_import(tmp_path: Path) -> None:
    with running_up(tmp_path, "--log-format", "json") as stack:
        key = stack.put("Acme/list.csv", "Email,Full Name\nann@example.com,Ann Lee\n")
        with session_of(stack.settings) as session:
            import_id = ended_import(session, key)["import_id"]
        stack.stop()
        said = stack.said
    told = [json.loads(line) for line in said.splitlines()]
    assert {"info"} == {one["level"] for one in told}
    logs = {part: (tmp_path / "logs" / f"{part}.log").read_text() for part in PARTS}
    lines = {part: [json.loads(line) for line in log.splitlines()] for part, log in logs.items()}
    assert all(lines[part] for part in ("code-server", "daemon"))
    for one in [*told, *(line for part in lines.values() for line in part)]:
        assert {"time", "level", "logger", "message"} <= one.keys()
    assert {one.get("import_id") for one in lines["daemon"]} == {None, import_id}
    assert "ann@example.com" not in "".join(logs.values())
