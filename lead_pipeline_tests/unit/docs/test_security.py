"""The threat model: what it says is true, or a test that it names fails."""

import ast
import re

from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT

TEXT = DOCUMENTS["docs/security.md"]


def all_tests() -> set[str]:
    found: set[str] = set()
    for path in (PROJECT / "lead_pipeline_tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


def test_every_test_that_it_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 25
    assert named - all_tests() == set()


def test_every_claim_names_a_test() -> None:
    """Of the attackers' lists: each item but those that say what somebody *can* do."""
    items = re.findall(r"^- (.*?)(?=^- |^$|^#)", TEXT, re.M | re.S)
    assert len(items) > 8
    bare = [item for item in items if "`test_" not in item and not item.startswith("*can*")]
    assert [item for item in bare if "lead_pipeline_tests.faults" not in item] == []
