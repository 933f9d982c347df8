"""Tests of the pages without a server."""
