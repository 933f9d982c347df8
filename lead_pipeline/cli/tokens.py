"""The commands about tokens, by which the page and its API let people and programs in."""

from contextlib import ExitStack
from typing import Any

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.output import tell, when
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import echo
from lead_pipeline.settings import load_settings

_ROLES = ("sales", "viewer", "operator", "admin")


@click.group()
def tokens() -> None:
    """Tokens, by which the page and the API let people in."""


@tokens.command("list")
@as_json
def list_tokens(as_json: bool) -> None:
    """List the tokens: role, last use, end. None of them is told again."""
    from lead_pipeline.access.tokens import all_tokens

    with ExitStack() as stack:
        found = all_tokens(open_session(stack, load_settings()))
    for row in found:
        tell(as_json, row, _text(row))
    if not found and not as_json:
        echo("there is no token: on this machine the page is open without one")


@tokens.command("create")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(_ROLES),
    required=True,
    help="What it may do.",
)
@as_json
def create_token(name: str, role: str, as_json: bool) -> None:
    """Make a token for NAME, and tell it this once.

    NAME is a person or a program. A viewer sees counts and outcomes and nobody's data, an operator
    works with imports, leads and lists, an admin also sets terms and undoes. Sales sees leads and
    is told of new ones, and nothing else. From the first token on the page asks for one, on this
    machine too.
    """
    from lead_pipeline.access.tokens import Role, create

    with ExitStack() as stack:
        token = create(open_session(stack, load_settings()), name, Role.named(role))
    tell(as_json, {"name": name, "role": role, "token": token}, token)


@tokens.command("revoke")
@click.argument("name")
@as_json
def revoke_token(name: str, as_json: bool) -> None:
    """Let nobody in with the token of NAME any more."""
    from lead_pipeline.access.tokens import revoke

    with ExitStack() as stack:
        revoke(open_session(stack, load_settings()), name)
    tell(as_json, {"name": name, "revoked": True}, f"the token of {name} opens nothing any more")


def _text(row: dict[str, Any]) -> str:
    used = f"last used {when(row['last_used_at'])}" if row["last_used_at"] else "never used"
    end = f", revoked {when(row['revoked_at'])}" if row["revoked_at"] else ""
    return f"{row['name']}: {row['role']}, made {when(row['created_at'])}, {used}{end}"
