"""Addresses that stand for no address (`none@none.com`): data/email_placeholders.toml.

They look valid, and a whole list shares them: whoever is matched by one is made one with strangers.
"""

import tomllib
from functools import cache
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc


def is_placeholder(address: str) -> bool:
    """Whether an address in lower case is none of anybody's."""
    words = _words()
    local, _, domain = address.rpartition("@")
    name = domain.partition(".")[0]
    return (
        local in words["nobody"]
        or domain in words["domains"]
        or (local in words["words"] and (name == local or name in words["names"]))
    )


def find_placeholders(addresses: pa.StringArray) -> pa.BooleanArray:
    """`is_placeholder` of a column of addresses in lower case; false where there is none."""
    words, parts = _words(), pc.split_pattern(addresses, "@")
    suspects = pc.or_(
        pc.is_in(pc.list_element(parts, 0), pa.array(sorted(words["nobody"] | words["words"]))),
        pc.is_in(pc.list_element(parts, 1), pa.array(sorted(words["domains"]))),
    )
    if not suspects.true_count:
        return suspects
    suspected = pc.unique(addresses.filter(suspects)).to_pylist()
    return pc.is_in(addresses, pa.array(filter(is_placeholder, suspected), pa.string()))


@cache
def _words() -> dict[str, frozenset[str]]:
    data = resources.files("lead_pipeline.normalizing").joinpath("data", "email_placeholders.toml")
    return {name: frozenset(some) for name, some in tomllib.loads(data.read_text("utf-8")).items()}
