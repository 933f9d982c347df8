"""Dagster's own tables, in the same database as ours: the `storage` of dagster.yaml.

The address comes from settings.py, so that dagster.yaml needs no environment variable to be set.
"""

from collections.abc import Mapping
from typing import Any

from dagster._config.config_schema import UserConfigSchema
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from lead_pipeline.settings import load_settings


class LeadStorage(DagsterPostgresStorage):
    """dagster-postgres on the schema `dagster` of the database that the settings name."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003 - the signature is Dagster's
    ) -> "LeadStorage":
        return cls(postgres_url=load_settings().dagster_database_url, inst_data=inst_data)
