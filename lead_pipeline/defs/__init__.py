"""The Dagster shell: assets, checks, sensor and job over the plain functions of the package."""
