"""The partitions of all import assets: one per file version."""

import dagster as dg

imports = dg.DynamicPartitionsDefinition(name="imports")
