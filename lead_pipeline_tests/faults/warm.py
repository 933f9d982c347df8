"""What every act needs, loaded once: the processes that are broken are forks of one that has it."""

from lead_pipeline.stack.warming import warm_up
from lead_pipeline_tests.faults import acts

__all__ = ["acts"]

warm_up()
