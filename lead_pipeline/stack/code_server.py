"""Dagster's command line, whose log is in our form from its first line on.

`python -m lead_pipeline.stack.code_server api grpc ...`, in the place of `dagster api grpc ...`.
"""

import runpy

from lead_pipeline import log_format
from lead_pipeline.settings import load_settings

if __name__ == "__main__":
    log_format.use(load_settings().log_format)
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
