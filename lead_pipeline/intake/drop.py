"""Putting a file into the bucket: the name it gets, and why it may be refused.

The same rules hold for the command and the page.
"""

import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket, BucketObject
from lead_pipeline.bucket.names import short_hash
from lead_pipeline.choices.reading import Choices, settle_reading
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import BadFile, OperatorError
from lead_pipeline.intake.files import require_file
from lead_pipeline.intake.size import check_size
from lead_pipeline.ledger import Import, Status
from lead_pipeline.settings import Settings

_BROUGHT_NOTHING = (Status.FAILED, Status.REJECTED)
_MAY_COME_AGAIN = (*_BROUGHT_NOTHING, Status.UNDONE)
_HASH = re.compile(r"_[0-9a-f]{12}(?=\.[^./]*$|$)")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What happened to one file: the object it became."""

    file: str
    object_key: str
    version_tag: str
    bytes: int


class KnownName(OperatorError):
    """A file of this name with other content is in the bucket: one says whether it is a new one."""


class KnownContent(OperatorError):
    """The same bytes are there already, as an import if that has a number by now."""

    def __init__(self, told: str, import_id: int | None = None) -> None:
        super().__init__(told)
        self.import_id = import_id


@dataclass(frozen=True, slots=True)
class Request:
    """What is said about an import when its file is dropped.

    `cost_per_lead` in the account's currency, `force_refresh` to update known leads from the file,
    `retry_of` the import whose mended rows the file holds, `hold` lets it wait for a person before
    it counts, whatever is agreed with its supplier. `import_source` is the way that its leads came,
    where that is not what the file looks like: api, events or webhook.
    """

    cost_per_lead: Decimal | None = None
    force_refresh: bool = False
    retry_of: int | None = None
    hold: bool = False
    import_source: str | None = None


NOTHING_SAID = Request()


def drop_file(
    path: Path,
    bucket: Bucket,
    settings: Settings,
    *,
    supplier: str | None = None,
    new_version: bool = False,
    session: Connection | None = None,
    choices: Choices | None = None,
    request: Request = NOTHING_SAID,
    enter: bool = False,
) -> Dropped:
    """Store `path` as `<supplier>/<name>_<hash><ending>`.

    `session`, if the database runs, lets the ledger tell what was imported before, and is where
    `choices` about reading this one file, and the `request`, are left for the import. The same file
    as that of an import that was undone becomes a new import; that of one that failed or was
    rejected, and is not in the bucket any more, is read again. With `enter` it has its import at
    once, before the bucket is listed.

    Raises:
        KnownName, KnownContent: a name or content that is there already.
        OperatorError: no such file, too large, empty.
        OutsideTrouble: the bucket cannot be reached.
    """
    _check_size(path, settings)
    tag = bucket.tag_of(path)
    key = object_key(path.name, tag, supplier)
    if session is None:
        _check_bucket(path.name, key, bucket.keys(), new_version)
        return _dropped(path, bucket.put(path, key))
    known = ledger.of_version(session, key, tag)
    keys = bucket.keys()
    in_vain = known if known is not None and known.status in _BROUGHT_NOTHING else None
    if in_vain is not None and key in keys:
        raise KnownContent(_come_again(path.name, in_vain), in_vain.import_id)
    again = known is not None and known.status is Status.UNDONE
    _check_bucket(path.name, key, keys - ({key} if again else set()), new_version)
    _check_ledger(path, session)
    if choices is not None and choices.stated:
        settle_reading(session, "object", key, choices)  # first: the import may start at once
    if request != NOTHING_SAID:
        request_for(session, key, request)
    stored = bucket.put(path, key)
    if in_vain is not None:
        ledger.start_again(session, in_vain.import_id)
    elif again or enter:  # no listing would tell that a file was dropped once more
        ledger.register(session, [stored])
    return _dropped(path, stored)


def request_for(session: Connection, object_key: str, request: Request) -> None:
    """Leave what is said about the import of an object, before it lies in the bucket."""
    run(session, "intake/save_drop_request", {"object_key": object_key, **asdict(request)})


def _dropped(path: Path, stored: BucketObject) -> Dropped:
    return Dropped(path.name, stored.key, stored.tag, stored.size)


def object_key(name: str, tag: str, supplier: str | None) -> str:
    """`<supplier>/<name>_<hash><ending>`; a name that ends in its hash does not get a second."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    own = f"_{short_hash(tag)}"
    hashed = f"{stem.removesuffix(own)}{own}{dot}{ending}"
    return f"{supplier}/{hashed}" if supplier else hashed


def _check_size(path: Path, settings: Settings) -> None:
    require_file(path)
    size = path.stat().st_size
    if size == 0:
        raise OperatorError(f"{path}: the file is empty, there is nothing to import")
    try:
        check_size(size, settings)
    except BadFile as error:
        raise OperatorError(f"{path}: {error}") from error


def _check_bucket(name: str, key: str, keys: set[str], new_version: bool) -> None:
    if key in keys:
        raise KnownContent(f"{name}: the same file is in the bucket already, as {key}")
    original = _without_hash(key)
    versions = sorted(k for k in keys if original in (k, _without_hash(k)))
    if versions and not new_version:
        raise KnownName(
            f"{name}: a file of this name with other content is in the bucket ({versions[0]}): "
            "give --new-version if this one shall be imported as well"
        )


def _come_again(name: str, known: Import) -> str:
    why = f" ({known.error})" if known.error else ""
    return (
        f"{name}: the same file is in the bucket already, and it is {known.status}{why}: "
        f"`lead-pipeline again {known.import_id}`"
    )


def _without_hash(key: str) -> str:
    """The key as it would be without the hash that `object_key` put into it."""
    return _HASH.sub("", key)


def _check_ledger(path: Path, session: Connection) -> None:
    with path.open("rb") as content:
        known = ledger.of_content(session, file_digest(content, "sha256").hexdigest())
    if known is not None and is_there(known):
        raise KnownContent(
            f"{path.name}: the same bytes were imported before, as import {known.import_id} "
            f"({known.object_key}, {known.status})",
            known.import_id,
        )


def is_there(known: Import) -> bool:
    """Whether the content of an import need not come again."""
    return known.status not in _MAY_COME_AGAIN
