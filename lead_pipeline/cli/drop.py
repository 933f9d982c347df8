"""The command that puts files into the bucket: single ones, a folder's, or standard input."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.cli.faults import show_fault
from lead_pipeline.cli.options import (
    a_file,
    a_price,
    as_json,
    choices_of,
    reading_options,
    timeout,
    wait,
)
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.preview import Look, show_dry_runs
from lead_pipeline.cli.session import FAILED, open_session, open_session_if_any
from lead_pipeline.cli.terminal import echo
from lead_pipeline.errors import LeadPipelineError, OperatorError
from lead_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection
    from lead_pipeline.intake.drop import Dropped

_STDIN = Path("-")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Wishes:
    """How the files are to be dropped, the same for all of them."""

    new_version: bool
    choices: Any
    request: Any


@click.command()
@click.argument("files", metavar="FILE_OR_FOLDER...", nargs=-1, required=True, type=a_file)
@click.option("--supplier", help="Who sold the list: the folder of the bucket it goes to.")
@click.option("--name", help="Name of the file that comes by standard input (FILE is -).")
@click.option("--cost", type=a_price, help="What one lead of it costs, such as 12.50.")
@click.option("--force-refresh", is_flag=True, help="Update known leads from the file.")
@click.option("--new-version", is_flag=True, help="Accept a known name with other content.")
@click.option("--dry-run", is_flag=True, help="Only count what would happen, and drop nothing.")
@wait
@timeout
@reading_options
@as_json
def drop(
    files: tuple[Path, ...],
    supplier: str | None,
    name: str | None,
    cost: Decimal | None,
    force_refresh: bool,
    new_version: bool,
    dry_run: bool,
    wait: bool,
    timeout: int,
    as_json: bool,
    **reading: Any,
) -> int:
    """Put files into the bucket; the pipeline does the rest.

    Of a FOLDER all files are taken but hidden and unfinished ones (*.part, *.tmp). As in the
    bucket, its subfolders name the suppliers: FOLDER/Acme/list.csv is from Acme. With --supplier
    they are folders of that supplier instead. FILE may be - for standard input, with --name.

    Refused are files over the limit, empty ones, and those that are there already. Exits with 3 if
    rows were rejected (with --wait).
    """
    if (name is not None) is not (_STDIN in files):
        raise click.UsageError("--name goes with - (standard input), and - with --name")
    settings = load_settings()
    with ExitStack() as stack:
        found = _Found(supplier, name, settings, stack)
        looks = [look for path in files for look in found.looks(path)]
        if dry_run:
            code = show_dry_runs(looks, 0, force_refresh, as_json, reading) if looks else 0
        else:
            wishes = _wishes(cost, force_refresh, new_version, reading)
            code = _drop_all(stack, looks, wishes, timeout if wait else None, as_json)
    return FAILED if found.refused else code


def _drop_and_wait(**given: Any) -> Any:
    assert drop.callback is not None  # noqa: S101 - it is a function, see above
    return drop.callback(wait=True, **given)


import_ = click.Command(
    "import",
    params=[option for option in drop.params if option.name != "wait"],
    callback=_drop_and_wait,
    help="Drop files and wait until they are imported.\n\nThe same as `lead-pipeline drop --wait`, "
    "with its progress and its counts. All rows of a file count at once or not at all.",
)


def _wishes(
    cost: Decimal | None, force_refresh: bool, new_version: bool, reading: dict[str, Any]
) -> _Wishes:
    from lead_pipeline.intake.drop import Request

    return _Wishes(new_version, choices_of(reading), Request(cost, force_refresh))


def _drop_all(
    stack: ExitStack, looks: list[Look], wishes: _Wishes, timeout: int | None, as_json: bool
) -> int:
    """Drop files one by one, wait for them if a timeout is given, and give the exit code."""
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.hints import hint
    from lead_pipeline.cli.waiting import wait_and_tell
    from lead_pipeline.intake.drop import NOTHING_SAID, drop_file

    settings = load_settings()
    settings.make_own_bucket()
    bucket = open_bucket(settings.bucket_url)
    # Without a database the file waits in the bucket until the stack runs.
    said = bool(wishes.choices.stated) or wishes.request != NOTHING_SAID
    session = _session(stack, settings, needed=said or timeout is not None)
    dropped: list[Dropped] = []
    for look in looks:
        try:
            one = drop_file(
                look.path, bucket, settings, supplier=look.folder, new_version=wishes.new_version,
                session=session, choices=wishes.choices, request=wishes.request,
            )  # fmt: skip
        except LeadPipelineError as error:
            show_fault(error)
            continue
        dropped.append(one)
        if timeout is None:
            tell(as_json, asdict(one), f"dropped {one.object_key}")
    code = FAILED if len(dropped) < len(looks) else 0
    if session is not None and timeout is not None:
        ended = wait_and_tell(session, dropped, timeout, as_json)
        return code or ended
    if dropped and session is None:
        echo("nothing runs here yet: `lead-pipeline up` will import it", err=True)
    elif dropped:
        hint("lead-pipeline status")
    return code


def _session(stack: ExitStack, settings: Settings, *, needed: bool) -> "Connection | None":
    return (open_session if needed else open_session_if_any)(stack, settings)


class _Found:
    """What was typed, as the files it stands for; `refused` if something of it was not there."""

    def __init__(
        self, supplier: str | None, name: str | None, settings: Settings, stack: ExitStack
    ) -> None:
        self._supplier = supplier
        self._name = name
        self._most = settings.max_file_bytes
        self._stack = stack
        self.refused = False

    def looks(self, path: Path) -> Iterator[Look]:
        """Faults are told at once, so that the other files are dropped nevertheless."""
        from lead_pipeline.intake.files import files_of, require_file

        try:
            if self._name is not None and path == _STDIN:
                yield Look(self._standard_input(self._name), self._supplier, self._supplier)
            elif path.is_dir():
                for file, inside in files_of(path):
                    folder = "/".join(part for part in (self._supplier, inside) if part) or None
                    yield Look(file, folder, folder.partition("/")[0] if folder else None)
            else:
                require_file(path)
                yield Look(path, self._supplier, self._supplier)
        except LeadPipelineError as error:
            show_fault(error)
            self.refused = True

    def _standard_input(self, name: str) -> Path:
        """A file of this name with what comes in, cut where it is over the limit anyway."""
        if "/" in name or name in ("", ".", ".."):
            raise OperatorError(f"--name must be the name of a file, not {name!r}")
        path = Path(self._stack.enter_context(TemporaryDirectory())) / name
        left = self._most + 1
        with path.open("wb") as copy:
            while left and (chunk := sys.stdin.buffer.read(min(_CHUNK_BYTES, left))):
                left -= copy.write(chunk)
        if not left:
            raise OperatorError(f"{name}: more came than LEADS_MAX_FILE_MB allows")
        if not path.stat().st_size:
            raise OperatorError(f"{name}: nothing came, there is nothing to import")
        return path
