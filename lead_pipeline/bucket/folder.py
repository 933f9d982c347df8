"""A folder as the bucket, watched by looking: what is still being written is not there yet.

Names, order and errors are those of model.py.
"""

import errno
import hashlib
import heapq
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias

from lead_pipeline.bucket.local_files import (
    Signature,
    chunks,
    is_being_written,
    open_to_read,
    signature_of,
)
from lead_pipeline.bucket.model import (
    BucketObject,
    Contents,
    Entry,
    Fetched,
    Listing,
    MissingObject,
    Recall,
    WarnOnce,
    check_folder,
    check_key,
    copy_hashing,
    fault_of_key,
    is_left_alone,
    oldest_first,
    unusable,
    written_whole,
)
from lead_pipeline.bucket.names import ends_in_hash, proves_itself
from lead_pipeline.errors import ObjectChanged, OperatorError, OutsideTrouble

_Entry: TypeAlias = "os.DirEntry[str]"
_SHARE = 4.0  # looking at a large folder takes one fifth of a core at most


class FolderBucket:
    """Files below `root`; a version's tag is the sha256 of its content.

    A file is listed once nobody has it open for writing and it has not changed for
    `quiet_seconds` of `clock` (seconds since 1970). A name that ends in the hash of the file's own
    content proves that no byte is missing, and spares it the wait.

    A file is read when it is new or has changed. The first listing of a process takes a file whose
    size and time of change are those of a version that `recall` tells as that version, unread.
    """

    kind = "file"

    def __init__(
        self,
        root: Path,
        *,
        quiet_seconds: float = 1.0,
        clock: Callable[[], float] = time.time,
        recall: Recall | None = None,
    ) -> None:
        self.url = str(root.absolute())
        self._root = root.absolute()
        self._quiet_seconds = quiet_seconds
        self._clock = clock
        self._recall = recall
        self._recalled: dict[tuple[str, int, datetime], str] = {}
        self._seen: dict[str, tuple[Signature, BucketObject]] = {}
        self._warn_once = WarnOnce()
        self._learning = 0.0  # seconds of a listing that the next one will not need again
        self.pause = 0.0

    def uri(self, key: str) -> str:
        return Path(self.url, key).as_uri()

    def list(self) -> Listing:
        began, self._learning = self._clock(), 0.0
        entries = {entry.path: entry for entry in self._all_files()}
        for path in self._seen.keys() - entries.keys():
            del self._seen[path]
        if self._recall is not None:
            self._recall_versions(self._recall, entries)
        listing = oldest_first(filter(None, map(self._object, entries.values())))
        self._recalled = {}
        self.pause = _SHARE * (self._clock() - began - self._learning)
        return listing

    def keys(self) -> set[str]:
        keys = (self._key(entry.path) for entry in self._all_files())
        return {key for key in keys if not is_left_alone(key)}

    def contents(self, folder: str, cursor: str | None, most: int) -> Contents:
        check_folder(folder)
        path = self._path(f"{folder}_").parent  # of any file in it
        with self._trouble():
            named = {self._entry_key(entry): entry for entry in self._entries(str(path))}
        keys = (key for key in named if key and key > (cursor or ""))
        shown = heapq.nsmallest(most + 1, keys)
        found = filter(None, (_entry(key, named[key]) for key in shown[:most]))
        return Contents([*found], shown[most - 1] if len(shown) > most else None)

    def fetch(self, key: str, tag: str, into: Path) -> Fetched:
        path = self._path(key)
        try:
            with open_to_read(path) as source, written_whole(into) as target:
                fetched = copy_hashing(chunks(source), target)
                if fetched.sha256 != tag:
                    raise ObjectChanged(f"{key!r} holds other bytes than those that were listed")
        except OSError as error:
            with self._trouble():  # it may be the bucket that is away, and not the object
                os.scandir(self.url).close()
            if isinstance(error, FileNotFoundError | NotADirectoryError) and not path.exists():
                raise MissingObject(f"{key!r} is not in the bucket any more") from error
            raise OutsideTrouble(f"cannot read {key!r} from the bucket: {error}") from error
        return fetched

    def put(self, source: Path, key: str) -> BucketObject:
        path = self._path(key)
        with source.open("rb") as content:
            try:
                stored, modified = self._replace(path, content)
            except OSError as error:
                raise OutsideTrouble(
                    f"cannot write {key!r} to the bucket: {error}; check that {self.url} exists, "
                    "may be written and has room"
                ) from error
        return BucketObject(key, stored.sha256, stored.size, modified)

    def tag_of(self, source: Path) -> str:
        with source.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()

    def _recall_versions(self, recall: Recall, paths: Iterable[str]) -> None:
        began = self._clock()
        versions = recall([key for key in map(self._key, paths) if not fault_of_key(key)])
        self._recalled = {(v.key, v.size, v.modified): v.tag for v in versions}
        self._recall = None
        self._learning += self._clock() - began

    def _all_files(self) -> Sequence[_Entry]:
        with self._trouble():
            return [*self._files(self.url)]

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError) as error:
            raise OutsideTrouble(
                f"cannot list the bucket: there is no folder {self.url}; make it, mount it, or set "
                "LEADS_BUCKET_URL to another"
            ) from error
        except OSError as error:
            raise OutsideTrouble(
                f"cannot list the bucket: {error}; check that the folder exists and may be read"
            ) from error

    def _files(self, folder: str) -> Iterator[_Entry]:
        """Every regular file below `folder`; links are not followed, they may lead anywhere."""
        for entry in self._entries(folder):
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    yield from self._files(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry
            elif entry.is_symlink() and not is_left_alone(entry.name):
                self._warn_once(self._key(entry.path), "it is a link, and links are not followed")

    def _entries(self, folder: str) -> Sequence[_Entry]:
        try:
            with os.scandir(folder) as entries:
                return [*entries]
        except (FileNotFoundError, PermissionError) as error:
            if folder == self.url:
                raise
            if isinstance(error, PermissionError):
                self._warn_once(self._key(folder), str(error.strerror))
            return []

    def _object(self, entry: _Entry) -> BucketObject | None:
        """The file as an object; None for one that is not complete, or not for us."""
        try:
            status = entry.stat(follow_symlinks=False)
            signature = signature_of(status)
            seen = self._seen.get(entry.path)
            if seen is not None and seen[0] == signature:
                return seen[1]
            began = self._clock()
            found = self._once_complete(entry.path, status)
        except FileNotFoundError:
            return None
        except (OSError, OverflowError, ValueError) as error:  # the latter: a time out of range
            self._warn_once(self._key(entry.path), str(error))
            return None
        if found is not None:
            self._seen[entry.path] = (signature, found)
            self._learning += self._clock() - began
        return found

    def _once_complete(self, path: str, status: os.stat_result) -> BucketObject | None:
        key = self._key(path)
        if is_left_alone(key):
            return None
        fault = fault_of_key(key)
        size, modified = status.st_size, datetime.fromtimestamp(status.st_mtime, UTC)
        tag = self._recalled.get((key, size, modified)) or self._tag(path, key, status)
        if tag is None:
            return None
        told = (key, tag, size, modified)
        return unusable(*told, fault) if fault else BucketObject(*told)

    def _tag(self, path: str, key: str, status: os.stat_result) -> str | None:
        """The hash of a file that is complete, None for one that may not be."""
        # abs: a time in the future was copied from another clock, and would never grow old.
        needs_proof = abs(self._clock() - status.st_mtime) < self._quiet_seconds
        if needs_proof and not ends_in_hash(key):
            return None
        with open_to_read(path) as content:
            if is_being_written(content):
                return None
            tag = hashlib.file_digest(content, "sha256").hexdigest()
            if signature_of(os.fstat(content.fileno())) != signature_of(status):
                return None
        return None if needs_proof and not proves_itself(key, tag) else tag

    def _replace(self, path: Path, content: BufferedReader) -> tuple[Fetched, datetime]:
        """Put the content in the file's place at once, on the disk for good when this returns."""
        if not self._root.is_dir():  # a share that is not mounted must not be made up
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), self.url)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
        with written_whole(unfinished) as target:
            stored = copy_hashing(chunks(content), target)
            target.flush()
            os.fsync(target.fileno())
            modified = datetime.fromtimestamp(os.fstat(target.fileno()).st_mtime, UTC)
            unfinished.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return stored, modified

    def _entry_key(self, entry: _Entry) -> str | None:
        """The key of a file or folder; None for what is neither, or cannot be written down."""
        key = self._key(entry.path)
        if fault_of_key(key):
            return None
        if entry.is_dir(follow_symlinks=False):
            return f"{key}/"
        return key if entry.is_file(follow_symlinks=False) else None

    def _key(self, path: str) -> str:
        return path[len(self.url.rstrip("/")) + 1 :]

    def _path(self, key: str) -> Path:
        check_key(key)
        path = self._root / key
        if not path.parent.resolve().is_relative_to(self._root.resolve()):
            raise OperatorError(f"cannot use {key!r} in the bucket: a link leads out of it")
        return path


def _entry(key: str, found: _Entry) -> Entry | None:
    if key.endswith("/"):
        return Entry(key)
    try:
        status = found.stat(follow_symlinks=False)
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
    except (OSError, OverflowError, ValueError):  # gone by now, or a time out of range
        return None
    return Entry(key, None, status.st_size, modified)
