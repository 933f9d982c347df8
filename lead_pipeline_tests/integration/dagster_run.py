"""Runs the import assets in this process, on an ephemeral Dagster instance."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs import assets
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import

CHAIN = [
    assets.raw_leads,
    assets.normalized_leads,
    assets.archived_leads,
    assets.truncated_staging,
]


class FixedSite(LeadSite):
    """A site that the test made, in the place of the one that the environment describes."""

    def open(self) -> Site:
        return _SITES[self.s3.region_name or ""]  # the name under which `resource` keeps it


_SITES: dict[str, Site] = {}


def resource(site: Site) -> LeadSite:
    """The resource by which assets and the sensor get at `site`."""
    name = site.settings.database_url
    _SITES[name] = site
    return FixedSite(s3=S3Resource(region_name=name))


def drop(site: Site, key: str, source: Path | bytes) -> Import:
    """Put a file into the bucket and enter it into the ledger, as the sensor does."""
    if isinstance(source, bytes):
        path = site.settings.home / "dropped"
        path.write_bytes(source)
        source = path
    listed = site.bucket.put(source, key)
    with connect(site.settings.database_url, autocommit=True) as session:
        return ledger.register(session, [listed])[0]


def import_object(
    site: Site,
    import_: Import,
    selection: Sequence[dg.AssetsDefinition] = CHAIN,
    instance: dg.DagsterInstance | None = None,
) -> dg.ExecuteInProcessResult:
    """Materialize some of the assets for one import; failures come back, they are not raised."""
    instance = instance or dg.DagsterInstance.ephemeral()
    assert import_.partition_key is not None, "a duplicate has no partition"
    instance.add_dynamic_partitions("imports", [import_.partition_key])
    return dg.materialize(
        CHAIN,
        selection=list(selection),
        partition_key=import_.partition_key,
        resources={"site": resource(site)},
        instance=instance,
        raise_on_error=False,
    )


def rows(site: Site, query: str, *parameters: Any) -> list[dict[str, Any]]:
    """What a query on the site's database answers."""
    with connect(site.settings.database_url) as session:
        return session.execute(query, parameters).fetchall()


def state(site: Site, import_: Import) -> Import:
    """The import as the ledger has it now."""
    with connect(site.settings.database_url) as session:
        return ledger.get(session, import_.import_id)
