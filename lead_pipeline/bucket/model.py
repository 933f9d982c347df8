"""What a bucket is and which keys it takes, for a folder and S3 alike.

Nothing here touches a disk or a network, but for the copy that hashes on its way.
"""

import logging
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from lead_pipeline.errors import ObjectChanged, OperatorError

CHUNK_BYTES = 1024 * 1024

logger = logging.getLogger(__name__)


class MissingObject(ObjectChanged):
    """The object was listed once, but is gone."""


@dataclass(frozen=True, slots=True)
class BucketObject:
    """One file version as the listing tells it.

    `key` is the path inside the bucket, with "/" and without a leading one. `tag` names the
    version: the sha256 (hex) of the content in a folder, the ETag without quotes in S3. `size` is
    in bytes, `modified` in UTC.

    Where `fault` says why the name cannot be used, `key` is the name as it can be written down, and
    the object cannot be fetched.
    """

    key: str
    tag: str
    size: int
    modified: datetime
    fault: str | None = None


# `list` is also the name of a method below.
Listing: TypeAlias = list[BucketObject]
# Which versions are known from earlier of the objects with these keys.
Recall: TypeAlias = Callable[[list[str]], list[BucketObject]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: the sha256 (hex) of the bytes and their number."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a folder of the bucket: a file, or a folder, whose `key` ends in "/" and of
    which nothing else is known. `tag` is None where only reading the file would tell it."""

    key: str
    tag: str | None = None
    size: int | None = None
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Some entries of a folder in the order of their keys; `next` leads to those that follow."""

    entries: list[Entry]
    next: str | None


class Bucket(Hashable, Protocol):
    """Where files arrive. `url` is for people and never holds credentials, `kind` is file or s3."""

    @property
    def kind(self) -> str: ...

    @property
    def url(self) -> str: ...

    def uri(self, key: str) -> str:
        """The object as a URI that other programs take, without credentials."""
        ...

    @property
    def pause(self) -> float:
        """Seconds to leave between two listings, so that looking costs little."""
        ...

    def list(self) -> Listing:
        """Every complete object, oldest first (by time of change, then key).

        Raises:
            OutsideTrouble: the bucket cannot be listed, which is never the same as empty.
        """
        ...

    def keys(self) -> set[str]:
        """The key of every object, complete or not: no content is looked at.

        Raises:
            OutsideTrouble: the bucket cannot be listed.
        """
        ...

    def contents(self, folder: str, cursor: str | None, most: int) -> Contents:
        """What stands in one folder (`Acme/`, or "" for all of the bucket), complete or not, at
        most so many; `cursor` is the `next` of those before. No content is looked at.

        Raises:
            OutsideTrouble: the bucket cannot be listed.
            OperatorError: see `check_key`.
        """
        ...

    def fetch(self, key: str, tag: str, into: Path) -> Fetched:
        """Copy the version `tag` of an object to the local file `into`, hashing on the way.

        Nothing is left at `into` when it fails.

        Raises:
            MissingObject: there is no such object any more.
            ObjectChanged: the object holds other bytes than those that were listed.
            OutsideTrouble: the bucket or the way to it is unwell; trying again may help.
            OperatorError: see `check_key`.
        """
        ...

    def put(self, source: Path, key: str) -> BucketObject:
        """Store a local file; nobody ever lists half of it. An older version is replaced.

        Raises:
            OutsideTrouble: the bucket or the way to it is unwell; trying again may help.
            OperatorError: see `check_key`.
        """
        ...

    def tag_of(self, source: Path) -> str:
        """The tag that `put` will give to the bytes of a local file."""
        ...


# Names under which programs keep what is not finished or not meant for others: browsers (.part,
# .crdownload, .download), WinSCP (.filepart), office programs (~$name, name~).
_UNFINISHED = re.compile(r"^~\$|~$|\.(part|partial|filepart|crdownload|download|tmp)$", re.I)
KEY_BYTES = 1024
"""As long as S3 lets a key be; what is longer would not fit into an index of the ledger either."""

# What stands between two slashes and names nothing.
_NO_NAMES = frozenset({"", ".", ".."})
# What file managers leave in folders that people share.
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


def is_left_alone(key: str) -> bool:
    """Whether the name says that the file is unfinished, hidden or litter."""
    parts = key.split("/")
    return (
        any(part.startswith(".") and part not in _NO_NAMES for part in parts)
        or _UNFINISHED.search(parts[-1]) is not None
        or parts[-1].lower() in _LITTER
    )


def fault_of_key(key: str) -> str | None:
    """Why a key must not be used, if so: it leads elsewhere, or cannot be written down."""
    if not _NO_NAMES.isdisjoint(key.split("/")):
        return "it is empty, absolute, has an empty folder, or leads out of the bucket"
    if "\\" in key or "\0" in key:
        return "it holds a backslash or a NUL"
    if any("\ud800" <= character <= "\udfff" for character in key):
        return "its name is not valid UTF-8"
    if len(key.encode()) > KEY_BYTES:
        return f"it is longer than {KEY_BYTES:,} bytes"
    return None


def unusable(key: str, tag: str, size: int, modified: datetime, fault: str) -> BucketObject:
    """An object whose name has this fault, so that it is told of and not passed over.

    Its key is written with escapes, and one that is too long is cut, with its hash at the end.
    """
    written = key.encode("utf-8", "backslashreplace").replace(b"\0", b"\\x00")
    if len(written) > KEY_BYTES:
        end = f"...{sha256(written).hexdigest()[:12]}".encode()
        written = written[: KEY_BYTES - len(end)] + end
    told = f"the name of the object cannot be used: {fault}; rename it in the bucket"
    return BucketObject(written.decode(errors="ignore"), tag, size, modified, told)


def check_key(key: str) -> None:
    """Accept a key that an object can have and that the listing will show.

    Raises:
        OperatorError: the key leads out of the bucket, or the listing leaves such names alone.
    """
    fault = fault_of_key(key)
    if fault is None and is_left_alone(key):
        fault = "such names are left alone as hidden or unfinished"
    if fault is not None:
        raise OperatorError(f"cannot use {key!r} in the bucket: {fault}; rename the file")


def check_folder(folder: str) -> None:
    """Accept a folder whose files the listing will show: a path that ends in "/", or "".

    Raises:
        OperatorError: see `check_key`.
    """
    if folder:
        check_key(folder.removesuffix("/"))


def oldest_first(objects: Iterable[BucketObject]) -> Listing:
    """The order of every listing; S3 knows whole seconds only, so the key decides among equals."""
    return sorted(objects, key=lambda found: (found.modified, found.key))


def copy_hashing(chunks: Iterable[bytes], target: BinaryIO) -> Fetched:
    """Write `chunks` to `target` and tell the sha256 and size of what was written."""
    digest, size = sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += target.write(chunk)
    return Fetched(digest.hexdigest(), size)


@contextmanager
def written_whole(into: Path) -> Iterator[BinaryIO]:
    """A new local file, removed again unless the block succeeds."""
    try:
        with into.open("wb") as target:
            yield target
    except BaseException:
        into.unlink(missing_ok=True)
        raise


class WarnOnce:
    """Tells the log about an object that is passed over, once and not at every listing."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def __call__(self, key: str, why: str) -> None:
        if (key, why) not in self._told:
            self._told.add((key, why))
            logger.warning("left alone in the bucket: %r: %s", key, why)
