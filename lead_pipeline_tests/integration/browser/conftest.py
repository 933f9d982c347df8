"""Fixtures of the tests in a browser."""

from lead_pipeline_tests.integration.browser.tabs import browser, tabs

__all__ = ["browser", "tabs"]
