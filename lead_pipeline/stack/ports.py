"""Where the stack listens, whether it can, and whether it does."""

import socket
import urllib.error
import urllib.request
from dataclasses import dataclass

from lead_pipeline.errors import OperatorError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the stack listens: Dagster's UI on loopback alone, the page on `host`."""

    dagster: int
    page: int
    host: str = LOOPBACK

    @property
    def dagster_url(self) -> str:
        return f"http://{LOOPBACK}:{self.dagster}"

    @property
    def page_url(self) -> str:
        """As it is reached from this machine; every address of it is one where `host` says so."""
        everywhere = self.host in ("0.0.0.0", "::", "")  # noqa: S104 - asked for, not chosen
        name = LOOPBACK if everywhere else self.host
        return f"http://[{name}]:{self.page}" if ":" in name else f"http://{name}:{self.page}"


def require_free(host: str, port: int) -> None:
    """
    Raises:
        OperatorError: somebody listens there, or this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OperatorError(
                f"port {port} is taken ({error.strerror}): give another with --port or --page-port"
            ) from error


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
