"""Fixtures of the tests of the page."""

from lead_pipeline_tests.integration.web.serving import call

__all__ = ["call"]
