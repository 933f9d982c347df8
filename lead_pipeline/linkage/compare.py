"""Compares pairs of leads with Splink, on DuckDB in memory.

Splink 5 and DuckDB are the extra `linkage`: they are imported when they are needed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lead_pipeline.errors import OperatorError
from lead_pipeline.linkage.comparisons import COMPARISONS, COUNTED, Comparison
from lead_pipeline.linkage.mixture import Floats, Places, Weighed

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator

# Random pairs among which agreement by chance is counted; a level that no such pair has is as rare
# as one in so many.
_CHANCE_PAIRS = 3_000_000
_NEVER_SEEN = 1 / _CHANCE_PAIRS
_SEED = 20_260_901
# No single comparison says more than this, in bits: what is known of chance ends there.
_MOST_BITS = 30.0


@dataclass(frozen=True, slots=True)
class People:
    """Leads as they are compared, with `lead_id` and the columns of `comparisons.COLUMNS`.

    `paired` holds everybody who is in a pair, `anybody` a random sample of all leads by which
    agreement by chance is counted. `shares` has for every counted column how frequent (0 to 1) its
    values are among all leads: tables with the column and `tf_<column>`.
    """

    paired: pa.Table
    anybody: pa.Table
    shares: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of leads, the smaller number first, and what they agree in."""

    lead_ids: pa.Array
    other_ids: pa.Array
    weighed: Weighed
    shares: Mapping[str, Floats]


def require_extra() -> None:
    """
    Raises:
        OperatorError: Splink or DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: F401
        import splink  # noqa: F401
    except ImportError as error:
        raise OperatorError(
            "possible duplicates are found with Splink: pip install 'lead-pipeline[linkage]'"
        ) from error


def compare(people: People, pairs: pa.Table) -> Compared:
    """Compare `pairs` (`lead_id`, `other_lead_id`, the smaller number first) in everything.

    Raises:
        OperatorError: Splink is not installed.
    """
    require_extra()
    import duckdb
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.WARNING)
    with duckdb.connect() as memory:
        database = DuckDBAPI(connection=memory)

        def registered(table: pa.Table, name: str) -> Any:
            memory.register(f"{name}_arrow", table)
            memory.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "{name}_arrow"')  # noqa: S608
            return database.register(name)

        settings = _by_chance(
            Linker(registered(people.anybody, "anybody"), _settings(), log_level=None)
        )
        linker = Linker(registered(people.paired, "paired"), settings, log_level=None)
        for column, shares in people.shares.items():
            linker.table_management.register_term_frequency_lookup(
                registered(shares, f"shares_of_{column}"), column
            )
        blocked = pa.table(
            {
                "match_key": pa.repeat(pa.scalar("0"), len(pairs)),
                "join_key_l": pairs["lead_id"],
                "join_key_r": pairs["other_lead_id"],
            }
        )
        linker.table_management.register_blocked_pairs_for_predict(registered(blocked, "blocked"))
        answer = linker.inference.predict(warning_mode="never")
        found = memory.sql(f'SELECT * FROM "{answer.physical_name}"').to_arrow_table()  # noqa: S608
    return _compared(found)


def _settings() -> "SettingsCreator":
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="lead_id",
        comparisons=[_comparison(one) for one in COMPARISONS],
        # The pairs come from the database: this one is never asked.
        blocking_rules_to_generate_predictions=[block_on("lead_id")],
        retain_matching_columns=True,  # with them come the levels
        retain_intermediate_calculation_columns=True,
    )


def _comparison(comparison: Comparison) -> Any:
    from splink.comparison_level_library import CustomLevel, ElseLevel
    from splink.comparison_library import CustomComparison

    levels: list[Any] = [CustomLevel(comparison.missing, "missing").configure(is_null_level=True)]
    for level in comparison.levels:
        chances: dict[str, Any] = {"m_probability": level.m, "u_probability": _NEVER_SEEN}
        if level.counts:
            chances["tf_adjustment_column"] = level.counts
        levels.append(CustomLevel(level.sql, level.sql).configure(**chances))
    levels.append(
        ElseLevel().configure(m_probability=comparison.otherwise, u_probability=1 - _NEVER_SEEN)
    )
    return CustomComparison(levels, comparison.name)


def _by_chance(linker: "Linker") -> dict[str, Any]:
    """The settings with `u` as it is counted among random pairs."""
    linker.training.estimate_u_using_random_sampling(max_pairs=_CHANCE_PAIRS, seed=_SEED)
    trained: dict[str, Any] = linker.misc.save_model_to_json()
    return trained


def _compared(found: pa.Table) -> Compared:
    levels: dict[str, Places] = {}
    weights: dict[str, Floats] = {}
    for comparison in COMPARISONS:
        name = comparison.name
        gamma = _numbers(found, f"gamma_{name}")
        # Splink counts levels from the rest (0) up; here the first one tried is 0.
        levels[name] = np.where(gamma < 0, -1, len(comparison.levels) - gamma).astype(np.int8)
        weight = _numbers(found, f"mw_{name}") + _numbers(found, f"mw_tf_adj_{name}")
        weights[name] = np.clip(np.where(gamma < 0, 0.0, weight), -_MOST_BITS, _MOST_BITS)
    return Compared(
        found["lead_id_l"].combine_chunks(),
        found["lead_id_r"].combine_chunks(),
        Weighed(levels, weights),
        {column: _numbers(found, f"tf_{column}_l") for column in COUNTED},
    )


def _numbers(found: pa.Table, name: str) -> Floats:
    if name not in found.column_names:
        return np.zeros(len(found))
    values = found[name].to_numpy().astype(np.float64)
    known: Floats = np.nan_to_num(values, nan=0.0, posinf=_MOST_BITS, neginf=-_MOST_BITS)
    return known
