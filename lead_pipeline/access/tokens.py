"""Tokens: random 256 bits that are told once and kept as their SHA-256.

A digest without salt is enough for what nobody could guess; a table that is read gives no token.
"""

import hmac
import secrets
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError

PREFIX = "lp_"
"""By it people and secret scanners know what it is."""


class Role(IntEnum):
    """What somebody may do; each role from the viewer on includes those before it.

    A viewer sees counts and outcomes and nobody's data, an operator works with imports, leads and
    lists, an admin also sets terms and undoes. Sales stands beside them: it sees leads and what is
    told of new ones, and nothing else.
    """

    SALES = 0
    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @classmethod
    def named(cls, name: str) -> "Role":
        return cls[name.upper()]

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def sees_leads(self) -> bool:
        return self is Role.SALES or self >= Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who was let in, as the record names them."""

    name: str
    role: Role


def create(session: Connection, name: str, role: Role) -> str:
    """A new token, which is told this once.

    Raises:
        OperatorError: the name is empty, or somebody's already.
    """
    if not name.strip():
        raise OperatorError("a token has a name: whose it is, or what for")
    token = PREFIX + secrets.token_urlsafe(32)
    facts = {"name": name, "role": role.word, "digest": digest(token)}
    if not run(session, "access/add_token", facts).rowcount:
        raise OperatorError(f"there is a token {name!r} already: revoke it, or take another name")
    return token


def revoke(session: Connection, name: str) -> None:
    """
    Raises:
        OperatorError: there is no such token.
    """
    if not run(session, "access/revoke_token", {"name": name}).rowcount:
        raise OperatorError(f"there is no token {name!r}: `lead-pipeline tokens` lists them")


def all_tokens(session: Connection) -> list[dict[str, Any]]:
    """Every token by name: its role, when it was made, used last, revoked."""
    return run(session, "access/list_tokens").fetchall()


def are_there(session: Connection) -> bool:
    """Whether any token lets anybody in."""
    return any(row["revoked_at"] is None for row in all_tokens(session))


def who_has(session: Connection, token: str, master: str | None = None) -> Who | None:
    """Whose token it is; None if nobody's. `master` is that of LEADS_API_TOKEN: an admin's."""
    if master is not None and hmac.compare_digest(token.encode(), master.encode()):
        return Who("LEADS_API_TOKEN", Role.ADMIN)
    row = run(session, "access/use_token", {"digest": digest(token)}).fetchone()
    return Who(row["name"], Role.named(row["role"])) if row else None


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()
