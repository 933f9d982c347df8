"""Fixtures that several tests of this folder share."""

from lead_pipeline_tests.integration.commands import command, nowhere

__all__ = ["command", "nowhere"]
