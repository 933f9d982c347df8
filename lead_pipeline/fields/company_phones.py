"""Which phone columns are a company's and not a person's, by the words of their headers.

The numbers stay phones of the contact; what follows from it is decided in matching and in the plan.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.headers import words
from lead_pipeline.fields.model import Kind

# `Corporate Phone`, `Company Main Phone`, `Office No`: whoever answers there is not the person.
_OF_A_COMPANY = frozenset(
    {"company", "corporate", "corp", "employer", "firm", "organization", "organisation", "org",
     "office", "hq", "headquarters", "headquarter", "switchboard", "reception", "tollfree",
     "hotline", "account", "firma", "firmen", "zentrale", "empresa", "oficina", "entreprise",
     "societe", "azienda", "centralino", "kantoor"}
)  # fmt: skip


def company_phones(columns: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The fields of the phones of a company, out of the `header` and `field` of each column."""
    return frozenset(
        column["field"]
        for column in columns
        if column["field"]
        and fields()[column["field"]].kind is Kind.PHONE
        and not _OF_A_COMPANY.isdisjoint(words(column["header"]))
    )
