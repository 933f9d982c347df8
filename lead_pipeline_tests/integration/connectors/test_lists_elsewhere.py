"""The sources of lists that the docs show, against an SFTP server and a mail server."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest
from imap_tools import MailBoxUnencrypted

from lead_pipeline.connectors.clock import SYSTEM
from lead_pipeline.connectors.faults import AccessLost, Transient
from lead_pipeline.connectors.model import Source, Window
from lead_pipeline.connectors.pull import pull
from lead_pipeline.connectors.registry import opened
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import NO_ACCOUNTS
from lead_pipeline_tests.integration.connectors.documented import installed
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.stack import eventually
from lead_pipeline_tests.integration.steps import run_steps

CONTENT = b"Name,Email\nDana Example,dana@example.com\n"
LONG_AGO = datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp()
T = TypeVar("T")
Open = Callable[..., Source]
"""Opens the source, with another login than the usual one."""


class Sftp:
    """An SFTP server in a thread, which shows the folder `root` to whoever has its key."""

    def __init__(self, folder: Path) -> None:
        self.root, self.key = folder / "root", folder / "key"
        (self.root / "lists").mkdir(parents=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        key, host = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        key.write_private_key(str(self.key))
        (folder / "allowed").write_bytes(key.export_public_key())
        (folder / "hosts").write_bytes(b"* " + host.export_public_key())
        self.hosts, self._allowed, self._host = folder / "hosts", folder / "allowed", host

    def __enter__(self) -> "Sftp":
        self._thread.start()
        self.server = self._call(self._listen())
        self.port = self.server.get_port()
        return self

    def __exit__(self, *_error: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self._host],
            authorized_client_keys=str(self._allowed),
            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=os.fsencode(self.root)),
        )

    async def _stop(self) -> None:
        self.server.close()
        open_ = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def lay(self, name: str, content: bytes, changed: float = LONG_AGO) -> None:
        path = self.root / "lists" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (changed, changed))


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Sftp]:
    with Sftp(tmp_path / "sftp") as server:
        yield server


@pytest.fixture
def sftp_lists(monkeypatch: pytest.MonkeyPatch, sftp: Sftp) -> Iterator[Open]:
    """The source of the docs, which finds its key and its hosts where it is told."""
    with installed(monkeypatch, "sftp lists", "sftp_lists") as module:
        login = {"username": "lists", "client_keys": [str(sftp.key)], "port": sftp.port}
        source = module.__dict__["SftpLists"]
        yield lambda **more: source(
            "127.0.0.1",
            "/lists",
            SYSTEM,
            **{**login, "known_hosts": str(sftp.hosts), **more},
        )


def test_lists_of_an_sftp_server_are_imported_for_their_suppliers(
    site: Site, sftp: Sftp, sftp_lists: Open
) -> None:
    sftp.lay("Acme/May.csv", CONTENT)
    assert list(sftp_lists().check()) == ["lists of Acme can be read"]
    first = pull(site, sftp_lists())
    (key,) = first.objects
    assert key.startswith("Acme/May_")
    run_steps(site, only_import(site))
    assert rows(site, "SELECT email, supplier FROM leads_master") == [
        {"email": "dana@example.com", "supplier": "Acme"}
    ]
    again = pull(site, sftp_lists())
    assert (again.status, again.new, again.known) == ("done", 0, 1)
    sftp.lay("Acme/May.csv", CONTENT + b"Jo Sample,jo@example.com\n", LONG_AGO + 60)
    assert pull(site, sftp_lists()).new == 1


def test_a_list_that_is_still_being_written_is_left_to_the_next_pull(
    site: Site, sftp: Sftp, sftp_lists: Open
) -> None:
    sftp.lay("Acme/May.csv", CONTENT, SYSTEM.now().timestamp())
    assert pull(site, sftp_lists()).read == 0


def test_a_window_of_time_brings_the_lists_of_that_time(
    site: Site, sftp: Sftp, sftp_lists: Open
) -> None:
    sftp.lay("Acme/May.csv", CONTENT)
    day = [datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (13, 14)]
    assert pull(site, sftp_lists(), asked=Window(*day)).read == 0


def test_a_server_that_cannot_prove_itself_and_a_key_that_is_refused_are_told(
    site: Site, tmp_path: Path, sftp: Sftp, sftp_lists: Open
) -> None:
    strange = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "others").write_bytes(b"* " + strange.export_public_key())
    strange.write_private_key(str(tmp_path / "strange"))
    for wrong in (
        {"known_hosts": str(tmp_path / "others")},
        {"client_keys": [str(tmp_path / "strange")]},
    ):
        failed = pull(site, sftp_lists(**wrong))
        assert failed.status == "failed"
        assert [fault["kind"] for fault in failed.faults] == [AccessLost.__name__]


def test_an_sftp_server_that_is_away_delays(site: Site, sftp_lists: Open) -> None:
    failed = pull(site, sftp_lists(port=_free_port()))
    assert [fault["kind"] for fault in failed.faults] == [Transient.__name__]


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server with one user, by its port."""
    port = _free_port()
    quiet = ["--no-tls", "--no-service", "managesieve", "--no-service", "admin"]
    user = ["--demo-user", "lists", "--demo-password", "a-secret"]
    run = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*run, *quiet, "dict", *user], stderr=subprocess.DEVNULL) as server:
        try:
            eventually(lambda: _answers(port), "the mail server answers")
            yield port
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def mail(sender: str, **attached: bytes) -> bytes:
    message = EmailMessage()
    message["From"] = f"Lists <{sender}>"
    message["Date"] = "Tue, 03 Nov 2026 12:00:00 +0000"
    message.set_content("Here they are.")
    for name, content in attached.items():
        message.add_attachment(content, maintype="text", subtype="csv", filename=f"{name}.csv")
    return bytes(message)


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailBoxUnencrypted]:
    """The mailbox that the source of the docs reads, without TLS."""
    with mail_server() as port, installed(monkeypatch, "mailed lists", "mailed_lists") as module:

        def unencrypted(host: str) -> MailBoxUnencrypted:
            return MailBoxUnencrypted(host, port)

        monkeypatch.setitem(module.__dict__, "MailBox", unencrypted)
        monkeypatch.setenv("MAILED_LISTS_HOST", "127.0.0.1")
        monkeypatch.setenv("MAILED_LISTS_USER", "lists")
        monkeypatch.setenv("MAILED_LISTS_PASSWORD", "a-secret")
        with unencrypted("127.0.0.1").login("lists", "a-secret") as box:
            yield box


def test_lists_that_suppliers_mail_are_imported_and_those_of_others_told(
    site: Site, mailbox: MailBoxUnencrypted
) -> None:
    source = opened("mailed_lists", NO_ACCOUNTS)
    mailbox.append(mail("lists@acme.example.com", May=CONTENT))
    mailbox.append(mail("somebody@example.com", June=CONTENT + b"\n"))
    assert list(source.check()) == ["the mailbox can be read; it holds 2 mails"]
    first = pull(site, source)
    (key,) = first.objects
    assert key.startswith("Acme/May_")
    assert (first.status, first.new, first.quarantined) == ("done", 1, 1)
    run_steps(site, only_import(site))
    assert rows(site, "SELECT email, supplier FROM leads_master") == [
        {"email": "dana@example.com", "supplier": "Acme"}
    ]
    mailbox.append(mail("lists@acme.example.com", July=b"Email\njo@example.com\n"))
    assert pull(site, source).new == 1
    flags = {flag for message in mailbox.fetch(mark_seen=False) for flag in message.flags}
    assert "\\Seen" not in flags


def test_a_span_of_days_brings_the_mails_of_these_days(
    site: Site, mailbox: MailBoxUnencrypted
) -> None:
    source = opened("mailed_lists", NO_ACCOUNTS)
    mailbox.append(mail("lists@acme.example.com", May=CONTENT))
    today = SYSTEM.now()
    assert pull(site, source, asked=Window(today, today)).new == 1
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert pull(site, source, asked=Window(long_ago, long_ago)).read == 0


def test_a_password_that_is_refused_and_a_server_that_is_away_are_told(
    site: Site, mailbox: MailBoxUnencrypted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILED_LISTS_PASSWORD", "another")
    refused = pull(site, opened("mailed_lists", NO_ACCOUNTS))
    assert [fault["kind"] for fault in refused.faults] == [AccessLost.__name__]
