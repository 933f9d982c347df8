"""The commands about do-not-call lists: load one, add an opt-out, see which there are."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from lead_pipeline.cli.faults import about
from lead_pipeline.cli.options import a_file, as_json, open_output
from lead_pipeline.cli.output import counted, shortened, tell, when
from lead_pipeline.cli.session import REJECTED_ROWS, open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.matching.look_back import LookedBack
    from lead_pipeline.suppression.lines import Lines, Rejected
    from lead_pipeline.suppression.load import Loaded

_SHOWN = 5
_FIRST_YEAR = 1970
_KINDS = ["internal", "national", "state", "litigator", "campaign"]


@click.group()
def dnc() -> None:
    """Do-not-call lists, which imports are checked against."""


@dnc.command()
@click.argument("file", type=a_file)
@click.option("--list", "name", required=True, help="Name of the list.")
@click.option("--kind", type=click.Choice(_KINDS), help="What kind it is (for a new list).")
@click.option("--campaign", help="The list counts for the contacts of this campaign only.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day on which it was made.")
@click.option("--full", "mode", flag_value="full", help="The file is the whole list.")
@click.option("--changes", "mode", flag_value="change", help="The file adds and removes.")
@click.option("--shrink", is_flag=True, help="The list may lose more than half of its entries.")
@click.option("--dry-run", is_flag=True, help="Tell what it would do, and do nothing.")
@click.option("-o", "--output", type=a_file, help="Write lines that cannot be read to this file.")
@as_json
def load(
    file: Path,
    name: str,
    as_of: datetime | None,
    output: Path | None,
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> int:
    """Load FILE as the next version of a list.

    FILE is a CSV, one number a line, or `area code,number` lines, plain or packed. With a column of
    A/D (add, delete) it changes the list, else it is the whole list. Leads that are there lose what
    is listed, and get back what the list took from them and drops. Exits with 3 if some lines could
    not be read.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.intake.files import require_file
    from lead_pipeline.matching.look_back import load_and_look_back
    from lead_pipeline.suppression.load import Order

    require_file(file)
    settings = load_settings()
    if as_of is not None and as_of.year < _FIRST_YEAR:
        raise click.BadParameter(f"no list is older than {_FIRST_YEAR}", param_hint="--as-of")
    if as_of is not None:
        as_of = as_of.replace(tzinfo=ZoneInfo(settings.time_zone))
    with ExitStack() as stack:
        session = open_session(stack, settings)
        heard = stack.enter_context(_Listener(output))
        order = Order(name, as_of=as_of, **said)
        with about(file):
            done = load_and_look_back(
                session, file, order, settings.default_region, heard, dry_run=dry_run
            )
    loaded = done.loaded
    if as_json:
        first = [asdict(one) for one in heard.first]
        echo(dumps(done.facts | {"dry_run": dry_run, "first_rejected": first}))
    else:
        if dry_run:
            echo("nothing was changed; this load would come to:")
        echo(_told(loaded))
        for line in _looked_back(done):
            echo(line)
        for one in heard.first:
            echo(f"  line {one.line}: {one.reason}: {one.text}")
    return REJECTED_ROWS if loaded.rejected else 0


@dnc.command()
@click.argument("values", metavar="PHONE_OR_EMAIL...", nargs=-1, required=True)
@click.option("--reason", help="Why, or how they asked.")
@as_json
def add(values: tuple[str, ...], reason: str | None, as_json: bool) -> None:
    """Opt out phones and mail addresses.

    At once for every lead, and for every later file.
    """
    from lead_pipeline.suppression.opt_outs import opt_out

    settings = load_settings()
    with ExitStack() as stack:
        done = opt_out(open_session(stack, settings), values, reason, settings)
    for one in done:
        told = f"{one.key} is opted out; taken from {counted(one.leads, 'lead')}"
        if one.suppressed:
            told += f", {one.suppressed} of which cannot be reached any more"
        tell(as_json, asdict(one), told)


@dnc.command("status")
@as_json
def list_lists(as_json: bool) -> None:
    """Show every list: its kind, version and age.

    Whether that is enough is for you to judge.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.suppression.lists import list_facts

    with ExitStack() as stack:
        lists = list_facts(open_session(stack, load_settings()))
    if not as_json:
        console().print(_table(lists))
    for one in lists if as_json else ():
        echo(dumps(one))


class _Listener:
    """Hears a load: keeps the first bad lines, writes all to a file, shows how far it is."""

    def __init__(self, output: Path | None) -> None:
        self.first: list[Rejected] = []
        self._output = output
        self._lines = 0
        self._stack = ExitStack()
        self._status = console(stderr=True).status("0 lines read")

    def __enter__(self) -> "_Listener":
        self._writer = None
        if self._output is not None:
            file = open_output(self._stack, self._output)
            self._writer = csv.writer(file, lineterminator="\n")
            self._writer.writerow(["line", "reason", "text"])
        self._stack.enter_context(self._status)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self, lines: "Lines") -> None:
        self._lines += lines.count
        self._status.update(f"{self._lines:,} lines read")
        self.first += lines.rejected[: _SHOWN - len(self.first)]
        if self._writer is not None:
            self._writer.writerows((one.line, one.reason, one.text) for one in lines.rejected)


def _told(loaded: "Loaded") -> str:
    now = loaded.list
    which = f"{now.name} ({now.kind}), version {now.version}: {now.entries:,} entries"
    if loaded.unchanged:
        return f"nothing changes: this file is part of {which} already"
    told = f"{which} ({loaded.added:,} added, {loaded.removed:,} removed)"
    if loaded.rejected:
        told += f"; {loaded.rejected:,} of {loaded.lines:,} lines could not be read"
    return told


def _looked_back(done: "LookedBack") -> Iterator[str]:
    """What it did to the leads that there are, and to which of them."""
    if done.leads:
        told = f"{_leads(done.leads)} lost what is listed"
        if done.suppressed:
            told += f", {len(done.suppressed):,} of which cannot be reached any more"
        yield told
    if done.released:
        yield f"{_leads(done.released)} had lost what the list drops, and were built again"


def _leads(numbers: "Sequence[int]") -> str:
    """`3 leads (4, 5, 6)`."""
    from lead_pipeline.cli.output import counted

    first = ", ".join(map(str, numbers[:_SHOWN])) + (", …" if len(numbers) > _SHOWN else "")
    return f"{counted(len(numbers), 'lead')} ({first})"


def _table(lists: list[dict[str, Any]]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("list", "kind", "version", "entries", "as of", "loaded", "age"):
        table.add_column(title, no_wrap=True)
    for one in lists:
        kind = f"{one['kind']} {one['campaign']}" if one["campaign"] else one["kind"]
        days = [when(one[name], "%Y-%m-%d") for name in ("as_of", "loaded_at")]
        names = (escape(shortened(text, 16)) for text in (one["name"], kind))
        counts = (str(one["version"]), f"{one['entries']:,}")
        table.add_row(*names, *counts, *days, _age(one["age_days"]))
    return table


def _age(days: int) -> str:
    return "today" if days < 1 else counted(days, "day")
