"""What must be true of all leads at any time, counted from the tables themselves."""

from lead_pipeline.database import Connection, run


def broken_keys(session: Connection) -> dict[str, int]:
    """Faults of "no two leads with one key", by what they are; all zero if it holds."""
    return _counted(run(session, "matching/prove_keys").fetchone())


def broken_sources(session: Connection) -> dict[str, int]:
    """Faults of "no lead without a source"."""
    return _counted(run(session, "matching/prove_sources").fetchone())


def broken_counts(session: Connection) -> dict[str, int]:
    """Faults of "counts equal what is counted"."""
    return _counted(run(session, "matching/prove_counts").fetchone())


def broken_charges(session: Connection) -> dict[str, int]:
    """Faults of "what is owed for contacts is what their outcomes say"."""
    return _counted(run(session, "matching/prove_charges").fetchone())


def _counted(row: dict[str, int] | None) -> dict[str, int]:
    return dict(row or {})
