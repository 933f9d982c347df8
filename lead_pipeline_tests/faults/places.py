"""Where a stack is broken: on a disk of its own, with a bucket that may be unwell and a clock.

What a machine has no means for is left out, and said.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer

from lead_pipeline.bucket import Bucket, FolderBucket, open_bucket
from lead_pipeline_tests.faults.unwell_s3 import UnwellS3, before
from lead_pipeline_tests.integration.s3 import s3_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DISK_MB = 1024
_MIN_FREE_MB = 64
_BUCKET = "lead-imports"
_MOVED = Path(__file__).parent / "moved"
"""Holds the module that lets a process see a clock that is moved."""


@dataclass(slots=True)
class Place:
    """A machine for a stack: `disk` holds its home and its database.

    `extra` is the environment of `up`, `s3` what stands before its bucket, if that is not a folder.
    A `small` disk can be filled.
    """

    disk: Path
    small: bool
    extra: dict[str, str] = field(default_factory=dict)
    s3: UnwellS3 | None = None
    left_out: set[str] = field(default_factory=set)
    _client: "S3Client | None" = None

    @property
    def home(self) -> Path:
        return self.disk / "home"

    @property
    def clock(self) -> Path:
        """Says by how many seconds the clock of the machine is off."""
        return self.disk / "clock"

    @property
    def bucket_url(self) -> str:
        return f"s3://{_BUCKET}" if self._client else str(self.home / _BUCKET)

    @property
    def bucket(self) -> Bucket:
        """By way of nothing that is unwell."""
        if self._client:
            return open_bucket(self.bucket_url, s3_client=self._client)
        return FolderBucket(self.home / _BUCKET, quiet_seconds=0, clock=lambda: 0.0)

    def put(self, key: str, content: bytes) -> None:
        """As another program does: whole, under its name at once."""
        if self._client:
            self._client.put_object(Bucket=_BUCKET, Key=key, Body=content)
            return
        target = self.home / _BUCKET / key
        target.parent.mkdir(exist_ok=True)
        beside = self.home / "arriving"
        beside.write_bytes(content)
        beside.rename(target)

    def have_s3(self, machine: ExitStack) -> None:
        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        machine.callback(server.stop)
        host, port = server.get_host_and_port()
        # All servers of a process have the same objects: those of the place before go.
        urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
        self._client = s3_client(f"http://{host}:{port}")
        self._client.create_bucket(Bucket=_BUCKET)
        self.s3 = machine.enter_context(before(f"http://{host}:{port}"))
        self.extra |= {
            "LEADS_BUCKET_URL": self.bucket_url,
            "AWS_ENDPOINT_URL": self.s3.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }

    def move_clock(self, seconds: float) -> None:
        self.clock.write_text(str(seconds))


@contextmanager
def place(folder: Path, *, with_s3: bool) -> Iterator[Place]:
    folder.mkdir(parents=True)
    with ExitStack() as machine:
        small = _mounted(folder)
        if small:
            machine.callback(_unmount, folder)
        here = Place(folder, small)
        here.extra |= {"LEADS_MIN_FREE_MB": str(_MIN_FREE_MB)}
        here.extra |= {"PYTHONPATH": str(_MOVED), "MOVED_CLOCK": str(here.clock)}
        here.move_clock(0)
        if not small:
            here.left_out.add("a full disk: no small disk can be mounted here")
        here.home.mkdir(mode=0o700)
        if with_s3:
            here.have_s3(machine)
        else:
            (here.home / _BUCKET).mkdir()
        yield here


def _mounted(folder: Path) -> bool:
    """Whether the folder is now a small disk, which only root may make."""
    if os.geteuid() or not shutil.which("mount"):
        return False
    options = f"size={_DISK_MB}m,mode=0755"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
