"""What may go wrong with a vendor, by what is to be done about it.

The text of a fault is for people and holds no secret and nobody's data.
"""


class Fault(Exception):
    """A vendor did not give what was asked for."""

    status = "failed"
    """How a pull ends by it."""


class Throttled(Fault):
    """Too many requests: come back in `wait` seconds, where the vendor says so."""

    status = "throttled"

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


class Transient(Fault):
    """An outage or a broken line, which passes."""


class Malformed(Fault):
    """An answer that is not what the vendor promises; `body` is its beginning, as evidence."""

    def __init__(self, text: str, body: str = "") -> None:
        super().__init__(text)
        self.body = body


class Expired(Fault):
    """A token that can be had anew has run out."""


class AccessLost(Fault):
    """Access was taken away, and only a person can get it back; the text says how."""


class Forbidden(Fault):
    """This part may not be read; others may."""


class BadRequest(Fault):
    """The vendor does not understand us: a fault of ours, or a version that is gone."""
