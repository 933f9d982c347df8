"""Names made from a file's name and content: partition, archive table, supplier.

Pure functions of text; nothing here looks at a file, a bucket or a database.
"""

import re
import unicodedata
from hashlib import sha256

_HASH_DIGITS = 12
_PARTITION_CHARACTERS = 100
# A file may be named after a partition: names have 255 bytes at most (NAME_MAX, limits.h), and an
# ending or a prefix wants its place too.
_PARTITION_BYTES = 200
# PostgreSQL cuts longer identifiers without a word (NAMEDATALEN - 1).
_IDENTIFIER_BYTES = 63

_ENDING = re.compile(r"(\.(csv|tsv|txt|json|jsonl|ndjson))?\.[a-z][a-z0-9]{0,9}$", re.IGNORECASE)
_NOT_IN_PARTITION = re.compile(r"[^\w.-]")
# Dagster reads "..." in a partition key as a range, and no name of a file should hold "..".
_DOTS = re.compile(r"\.{2,}")
_PARTITION = re.compile(rf"(?P<name>.+)_(?P<hash>[0-9a-f]{{{_HASH_DIGITS}}})", re.DOTALL)


def short_hash(tag: str) -> str:
    """The 12 hex digits that stand for a version tag in names.

    A sha256 or a plain ETag gives its own first digits; any other tag (S3 gives `<md5>-<parts>` to
    an upload in parts) those of its sha256.
    """
    if re.fullmatch(rf"[0-9a-fA-F]{{{_HASH_DIGITS},}}", tag):
        return tag[:_HASH_DIGITS].lower()
    return sha256(tag.encode()).hexdigest()[:_HASH_DIGITS]


def file_stem(key: str) -> str:
    """The file's name without folders and ending; `leads.csv.gz` loses both endings."""
    name = key.rpartition("/")[2]
    return _ENDING.sub("", name) or name


def original_name(key: str, tag: str) -> str:
    """The file's name as its person knows it: without folders, and without its own short hash."""
    name = key.rpartition("/")[2]
    return re.sub(rf"_{short_hash(tag)}(?=\.[^./]*$|$)", "", name) or name


def ends_in_hash(key: str) -> bool:
    """Whether the file's name claims to end in the short hash of its own content."""
    return _PARTITION.fullmatch(file_stem(key)) is not None


def proves_itself(key: str, tag: str) -> bool:
    """Whether the file's name ends in the short hash of this tag, so that no byte is missing."""
    return file_stem(key).endswith(f"_{short_hash(tag)}")


def partition_name(key: str, tag: str) -> str:
    """The import's partition key, `<file name without ending>_<short hash>`.

    Holds only letters and digits (of any script), `_`, `-` and `.`; at most 100 characters and
    200 bytes in UTF-8. A name that already ends in its own hash does not get a second one.
    """
    ending = f"_{short_hash(tag)}"
    stem = unicodedata.normalize("NFC", file_stem(key).removesuffix(ending))
    name = _DOTS.sub("_", _NOT_IN_PARTITION.sub("_", stem)).lstrip(".-")
    name = name[: _PARTITION_CHARACTERS - len(ending)]
    return (_cut(name, _PARTITION_BYTES - len(ending)) or "file") + ending


def archive_table_name(partition: str) -> str:
    """The name of an import's archive table, `normalized_<file name>_<short hash>`.

    Holds only `a-z`, `0-9` and `_`, at most 63 of them: a long file name is shortened, never the
    hash. An accent is dropped with its letter kept; other letters become `_`.

    Raises:
        ValueError: `partition` was not made by `partition_name`.
    """
    parts = _PARTITION.fullmatch(partition)
    if parts is None:
        raise ValueError(f"not the partition of an import: {partition!r}")
    plain = unicodedata.normalize("NFKD", parts["name"]).lower()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    start, end = "normalized_", f"_{parts['hash']}"
    name = re.sub(r"[^a-z0-9]+", "_", letters)[: _IDENTIFIER_BYTES - len(start) - len(end)]
    return f"{start}{name.strip('_') or 'file'}{end}"


def supplier_of(key: str) -> str | None:
    """The supplier or source an object comes from: its first folder, None at the root."""
    folder, slash, _ = key.partition("/")
    return folder if slash else None


def _cut(text: str, size: int) -> str:
    """The longest start of `text` that fits in `size` bytes of UTF-8."""
    return text.encode()[:size].decode(errors="ignore")
