"""Fixtures that several tests of this folder share."""

from lead_pipeline_tests.integration.commands import command, nowhere
from lead_pipeline_tests.integration.sensing import stored_instance

__all__ = ["command", "nowhere", "stored_instance"]
