"""The Markdown of the project as the tests read it: blocks, lines of shell, words in backticks.

What must be true of them is in the tests beside this.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import lead_pipeline

PROJECT = Path(lead_pipeline.__file__).parent.parent
DOCUMENTS = {
    str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8")
    for path in sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
}
GENERATED = ("docs/cli.md", "docs/fields.md")
BY_HAND = {name: text for name, text in DOCUMENTS.items() if name not in GENERATED}
# A pipe or `&&`, with nothing but whole quotes behind it.
_BETWEEN = re.compile(r""" (?:\||&&) (?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(language: str, text: str) -> list[str]:
    """What stands between the fences of a language; of all documents if `text` is theirs joined."""
    return [content for name, content in _FENCED.findall(text) if name == language]


def everything() -> str:
    """All that people wrote, as one text."""
    return "\n\n".join(BY_HAND.values())


def prose(text: str) -> str:
    """What stands outside of fences."""
    return _FENCED.sub("", text)


def quoted(text: str) -> list[str]:
    """What stands in backticks outside of fences."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def marked(kind: str, text: str) -> str:
    """The block of shell after a comment such as `<!-- test command -->`."""
    (block,) = re.findall(rf"^<!-- {kind} -->\n```sh\n(.*?)^```$", text, re.M | re.S)
    return str(block)


def typed() -> list[tuple[str, list[str]]]:
    """Program and arguments of every command that a block of shell has, each once."""
    found = {
        tuple(words)
        for block in blocks("sh", everything())
        for line in block.splitlines()
        for words in _commands(line)
    }
    return [(words[0].rsplit("/", 1)[-1], list(words[1:])) for words in sorted(found)]


def _commands(line: str) -> Iterator[list[str]]:
    """The commands of a line, without what is only said for them: variables, sudo, a comment."""
    for command in _BETWEEN.split(line):
        if words := _bare(shlex.split(command, comments=True)):
            yield words


def _bare(words: list[str]) -> list[str]:
    while words and (words[0] in ("sudo", "env", "export") or re.match(r"\w+=", words[0])):
        words = words[3 if words[:2] == ["sudo", "-u"] else 1 :]
    return words
