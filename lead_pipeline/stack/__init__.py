"""Everything on one machine: `up`, the embedded database, and what starts Dagster's runs quickly.

storage.py, launcher.py and prompt.py plug into Dagster; the rest does not know it.
"""
