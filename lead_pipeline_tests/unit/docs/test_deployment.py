"""What stands beside the code: container files, the systemd unit, hooks, licence and changes.

No container is started here: a schema and a linter read the files, and that is all they prove.
"""

import json
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    text = (PROJECT / "compose.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["services"])


def checked(*command: str) -> str:
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_compose_file_follows_the_schema() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    assert checked("check-jsonschema", *schema, "compose.yaml") == ""


def test_the_dockerfile_has_nothing_that_a_linter_minds() -> None:
    assert checked("hadolint", "Dockerfile") == ""


def test_the_image_has_all_that_it_copies_and_does_not_run_as_root() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    copied = [w for line in re.findall(r"^COPY (.*) \S+$", dockerfile, re.M) for w in line.split()]
    assert [name for name in copied if not (PROJECT / name).exists()] == []
    sent = (PROJECT / ".dockerignore").read_text(encoding="utf-8")
    assert [name for name in copied if f"!{name.rstrip('/')}\n" not in sent] == []
    assert re.findall(r"^USER (.*)$", dockerfile, re.M) == ["10001"]
    assert "HEALTHCHECK" in dockerfile


def test_ports_are_open_on_the_loopback_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_secret_comes_from_the_environment_file(services: dict[str, Any]) -> None:
    text = json.dumps(services)
    asked = set(re.findall(r"\$\{(\w+)", text))
    example = (PROJECT / "deploy" / "example.env").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^(\w+)=$", example, re.M))
    assert ".env" in (PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for line in re.findall(r'"\w*(?:PASSWORD|SECRET|KEY)\w*": "([^"]*)"', text):
        assert line.startswith("${")


def test_what_a_service_waits_for_is_there_and_what_is_kept_has_a_volume(
    services: dict[str, Any],
) -> None:
    volumes = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["volumes"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(volumes)


def test_the_image_and_the_services_run_programs_that_there_are(services: dict[str, Any]) -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    (default,) = re.findall(r"^CMD (.*)$", dockerfile, re.M)
    ours = [json.loads(default), services["daemon"]["command"], services["tables"]["command"]]
    assert [words[0] for words in ours] == ["python", "python", "python"]
    for words in ours[:2]:
        assert (words[1], find_spec(words[2]) is not None) == ("-m", True)
    compile(ours[2][2], "compose.yaml", "exec")


def test_the_unit_starts_a_command_that_there_is() -> None:
    unit = (PROJECT / "deploy" / "lead-pipeline.service").read_text(encoding="utf-8")
    assert re.findall(r"^ExecStart=(\S+) (.*)$", unit, re.M) == [
        ("/opt/lead-pipeline/.venv/bin/lead-pipeline", "up --port 3000")
    ]


def test_the_hooks_are_what_the_continuous_integration_runs() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    run = [line for line in re.findall(r"^\.venv/bin/.*$", script, re.M) if "/pip " not in line]
    # import-linter runs there as one of the tests, unit/test_boundaries.py.
    assert entries == [*run, ".venv/bin/lint-imports"]


def test_the_licence_is_the_one_that_the_package_states() -> None:
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert re.findall(r"Apache License\s+Version 2\.0, January 2004", text)
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_changes_of_the_version_are_told() -> None:
    versions = re.findall(r"^## \[(.*?)\]", DOCUMENTS["CHANGELOG.md"], re.M)
    assert versions[0] == PYPROJECT["project"]["version"]
