"""What a terminal is sent: names and cells of strangers cannot steer it."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

import lead_pipeline
from lead_pipeline.cli import terminal
from lead_pipeline.cli.terminal import console, echo, printable, write_data

PACKAGE = Path(lead_pipeline.__file__).parent


class Screen(io.StringIO):
    """Takes the place of a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("list\x1b]0;owned\x07.csv", r"list\u001b]0;owned\u0007.csv"),
        ("\x1b[2Jgone", r"\u001b[2Jgone"),
        ("\x9b31mred", r"\u009b31mred"),
        ("a\rb\bc\x7f\x00", r"a\u000db\u0008c\u007f\u0000"),
        ("gpj.\u202evsc", r"gpj.\u202evsc"),
        ("\u2066left\u2069", r"\u2066left\u2069"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("half \udce9", r"half \udce9"),
        ("two\u2028lines", r"two\u2028lines"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_as_an_escape(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@pytest.mark.parametrize("plain", ["Zoë Łukasz 李", "a\tb\nc", r"C:\u001b", "👩‍🌾 family", "मुंबई"])
def test_letters_of_people_stay_what_they_are(plain: str) -> None:
    assert printable(plain) == plain


@given(st.text(alphabet=st.characters()))
def test_doing_it_twice_changes_nothing_and_what_is_sent_has_bytes(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", once)
    once.encode()


@given(st.dictionaries(st.text(), st.text()))
def test_json_says_the_same_when_it_was_made_printable(document: dict[str, str]) -> None:
    shown = printable(json.dumps(document, ensure_ascii=False))
    assert json.loads(shown) == document


def test_lines_and_tables_pass_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(terminal.sys, "stdout", screen)
    echo("dropped \x1b[31mred\u202e.csv")
    console().print("[bold]Ann\x1b]0;x[/bold]")
    sent = screen.getvalue()
    assert r"dropped \u001b[31mred\u202e.csv" in sent
    assert r"Ann\u001b" in sent
    assert "\x1b]" not in sent  # sequences of our own set colours: they begin otherwise


def test_in_a_table_an_escape_has_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal.sys, "stdout", io.StringIO())
    table = Table("file", "rows")
    table.add_row("li\x1b]0;own\x07st\u202egpj.csv", "2")
    console().print(table)
    shown = terminal.sys.stdout.getvalue()
    assert r"li\u001b]0;own\u0007st\u202egpj.csv" in shown
    assert len({len(line) for line in shown.splitlines()}) == 1


def test_data_is_exact_in_a_file_and_printable_on_a_terminal() -> None:
    for file, kept in ((io.StringIO(), "a\x1bb\n"), (Screen(), "a\\u001bb\n")):
        write_data(file, ["a\x1bb\n"])
        assert file.getvalue() == kept


def test_no_command_has_another_way_to_a_terminal() -> None:
    """`click.echo` is banned by the linter; a console that somebody made beside ours is not."""
    others = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bConsole\(|rich import print|\.secho\(", path.read_text(encoding="utf-8"))
    }
    assert others == set()
