"""What a person typed to ask for somebody: match keys, the number of a lead, an external id.

The same normalisers read it as read a file. The database is not known here.
"""

from dataclasses import dataclass

import pyarrow as pa

from lead_pipeline.matching.sightings import Key
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.normalizing.ids import normalize_ids
from lead_pipeline.normalizing.phones import normalize_phones

_LARGEST_LEAD = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for; what was typed may be several things at once.

    `keys` are its readings as phone and mail, `lead_id` its reading as the number of a lead; as an
    external id it is one of `external_ids`.
    """

    text: str
    keys: tuple[Key, ...] = ()
    lead_id: int | None = None

    @property
    def external_ids(self) -> list[str]:
        """What was typed, and what normalising makes of it where that is something else."""
        normalized = normalize_ids(pa.array([self.text], pa.string()))[0].as_py()
        return list(dict.fromkeys([self.text, normalized or self.text]))

    @property
    def read_as(self) -> list[str]:
        """The readings, in words for a person."""
        told = [f"{key.kind} {key.value}" for key in self.keys]
        told += [f"lead {self.lead_id}"] if self.lead_id is not None else []
        return [*told, f"external id {self.text}"]


def read_question(text: str, region: str) -> Asked:
    """Every reading of what was typed.

    Args:
        region: ISO 3166-1 alpha-2, of a phone without a country code.
    """
    text = text.strip()
    cell = pa.array([text], pa.string())
    keys = []
    if "@" in text:
        mail = normalize_emails(cell).match_key[0].as_py()
        keys += [Key("email", mail)] if mail else []
    else:
        phone = normalize_phones(cell, region).e164[0].as_py()
        keys += [Key("phone", phone)] if phone else []
    number = int(text) if text.isascii() and text.isdigit() else None
    return Asked(text, tuple(keys), number if number and number <= _LARGEST_LEAD else None)
