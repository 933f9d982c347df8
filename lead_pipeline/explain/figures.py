"""The figures of an import beside those that are usual of its supplier, as shares of a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind
from lead_pipeline.ledger import Import
from lead_pipeline.ledger.doubts import contact_columns

_MOST_EARLIER = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of a whole; `usual` is the mean share of the supplier's earlier imports, from 0 to 1,
    None where there is none."""

    name: str
    part: int
    whole: int
    usual: float | None


def usual_shares(session: Connection, import_: Import) -> dict[str, Any]:
    """How many imports of its supplier came before this one (`imports`, at most the last 50), and
    what their shares were in the mean, by the names of the figures."""
    parameters = {"supplier": import_.supplier, "import_id": import_.import_id}
    kinds = {"phones": _of_kind(Kind.PHONE), "mails": _of_kind(Kind.EMAIL)}
    (found,) = run(session, "explain/average_earlier", parameters | kinds | {"most": _MOST_EARLIER})
    return dict(found)


def figures_of_import(import_: Import, usual: Mapping[str, Any]) -> list[Figure]:
    """The figures of a decided import, by the counts of the ledger."""
    rows, contacts = import_.row_outcomes, import_.contact_outcomes
    counted = contact_columns(import_)
    quality = {
        name: {
            "valid": sum(one.valid for one in counted if one.field in of_kind),
            "filled": sum(one.filled for one in counted if one.field in of_kind),
        }
        for name, of_kind in (("phones", _of_kind(Kind.PHONE)), ("mails", _of_kind(Kind.EMAIL)))
    }
    return _figures(rows, contacts, quality, usual)


def figures_of_preview(
    counts: Mapping[str, Any], quality: Mapping[str, Any], usual: Mapping[str, Any]
) -> list[Figure]:
    """The figures of a dry run, by its `counts` and its `quality`."""
    return _figures(counts["rows"], counts["contacts"], quality, usual)


def _figures(
    rows: Mapping[str, int],
    contacts: Mapping[str, int],
    quality: Mapping[str, Any],
    usual: Mapping[str, Any],
) -> list[Figure]:
    found = sum(contacts.values())
    duplicates = sum(count for name, count in contacts.items() if name.endswith("_duplicate"))
    counted = {
        "rejected": (rows["rejected"], rows["rejected"] + rows["contacts"]),
        "new": (contacts["new"], found),
        "duplicates": (duplicates, found),
        "updated": (contacts["updated"], found),
        "suppressed": (contacts["suppressed"], found),
        "invalid": (contacts["invalid"], found),
    }
    channels = ("phones", "mails", "addresses")
    counted |= {
        name: (quality[name]["valid"], quality[name]["filled"])
        for name in channels
        if name in quality
    }
    return [Figure(name, *pair, usual.get(name)) for name, pair in counted.items()]


def _of_kind(kind: Kind) -> list[str]:
    return [field.name for field in fields().values() if field.kind is kind]
