"""The one way to a terminal. Names and cells come from strangers: what would steer a terminal or
turn the order of letters around is shown as an escape (`\\u001b`), never sent.

Escapes are those of JSON (RFC 8259, 7), so that JSON stays what it was.
"""

import re
import sys
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

# Controls (C0 and C1) but tab and line feed; letters that turn the order around (Unicode TR 9, 2);
# invisible ones; separators of lines that are none to us; halves of surrogates, without bytes.
_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_WIDTH_OF_A_FILE = 200


def printable(text: str) -> str:
    """`text` as it may be shown; doing it twice changes nothing."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line of ours on stdout or stderr."""
    # By name, because a progress bar that is shown takes the place of sys.stdout.
    click.echo(printable(text), file=sys.stderr if err else sys.stdout)


def write_data(file: IO[str], lines: Iterable[str]) -> None:
    """Write lines of data: exactly as they are, unless a terminal shows them."""
    file.writelines(map(printable, lines) if file.isatty() else lines)


def console(*, stderr: bool = False, quiet: bool = False) -> "Console":
    """Where tables and progress are printed."""
    from rich.console import Console
    from rich.segment import Segment
    from rich.text import Text

    class Terminal(Console):
        """Rich takes some controls away and lets others through."""

        def render_str(self, text: str, **options: Any) -> Text:
            """Before it is measured: in a table an escape needs room."""
            return super().render_str(printable(text), **options)

        def render(self, *arguments: Any, **options: Any) -> Iterable[Segment]:
            for text, style, control in super().render(*arguments, **options):
                yield Segment(text if control else printable(text), style, control)

    # A table that is piped somewhere is not cut to the width of a terminal that is not there.
    shown = (sys.stderr if stderr else sys.stdout).isatty()
    width = None if shown else _WIDTH_OF_A_FILE
    return Terminal(width=width, emoji=False, stderr=stderr, quiet=quiet)
