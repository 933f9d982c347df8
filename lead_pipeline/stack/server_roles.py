"""The roles of the embedded server: who imports, who owns the tables, and who makes these two.

The superuser of the server is for the start alone; nobody works as it.
"""

from collections.abc import Callable

from lead_pipeline.database import connect, run
from lead_pipeline.settings.database import DATABASE

SUPERUSER = "postgres"
ANY_DATABASE = "postgres"
"""One that each server has, also before ours is made."""
Address = Callable[[str, str], str]
"""The URL for a role and a database."""


def settle_roles(url: Address) -> None:
    """The roles and the database are there and own what is theirs, also in a home of an older
    release or one that was restored from a backup."""
    with connect(url(SUPERUSER, ANY_DATABASE), autocommit=True) as session:
        run(session, "stack/make_roles")
        made = run(session, "stack/has_database").fetchone() or {}
        if not made["made"]:
            run(session, "stack/create_database")
    with connect(url(SUPERUSER, DATABASE)) as session:
        run(session, "stack/hand_over")


def rename_superuser(url: Address) -> None:
    """In older releases the superuser had the name that the role of imports has now."""
    with connect(url("leads", ANY_DATABASE), autocommit=True) as session:
        run(session, "stack/rename_superuser")
