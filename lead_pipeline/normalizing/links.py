"""Web addresses and IP addresses: tidied and checked for their form, otherwise as written.

Nothing here asks the network, and no scheme is made up for an address without one.
"""

import ipaddress

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

# A host name with a dot, perhaps with scheme and port, and anything but blanks behind it (the
# shape of RFC 3986 that stands in lead lists; app links such as android-app://... included).
_URL = r"(?i)^(?:[a-z][a-z0-9+.-]*://)?[^\s/?#@:]+\.[^\s/?#@:.]{2,}\.?(?::\d{1,5})?(?:[/?#]\S*)?$"
_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})$"


def normalize_urls(values: pa.StringArray) -> Cleaned:
    """Web addresses as written, trimmed; what is none is null with the problem `not_a_url`."""
    text = drop_placeholders(tidy_text(values))
    sound = pc.match_substring_regex(text, _URL)
    return Cleaned(
        pc.if_else(sound, text, None), pc.if_else(sound, pa.scalar(None, pa.string()), "not_a_url")
    )


def normalize_ips(values: pa.StringArray) -> Cleaned:
    """IPv4 as written, IPv6 in its short form (RFC 5952); else null with `not_an_ip`.

    Of a list, as proxies send it in X-Forwarded-For, the first is taken: the client.
    """
    text = pc.replace_substring_regex(drop_placeholders(tidy_text(values)), r" ?,.*$", "")
    plain = pc.match_substring_regex(text, _IPV4)
    if pc.all(plain).as_py():
        return Cleaned(text, pa.nulls(len(text), pa.string()))
    encoded = text.dictionary_encode()
    read = pa.array([_ip(address) for address in encoded.dictionary.to_pylist()], pa.string())
    problems = pc.if_else(pc.is_null(read), "not_an_ip", pa.scalar(None, pa.string()))
    return Cleaned(read.take(encoded.indices), problems.take(encoded.indices))


def _ip(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
