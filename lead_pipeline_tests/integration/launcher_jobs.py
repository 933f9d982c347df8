"""Jobs of one op each for the tests of the run launcher; an op tells facts by tags on its run."""

import os
import random
import signal
import subprocess
import time

import dagster as dg

from lead_pipeline import definitions

_LONG = 600


def tell(context: dg.OpExecutionContext, **facts: object) -> None:
    """Facts about the worker, for the test to read."""
    context.instance.add_run_tags(context.run_id, {name: str(fact) for name, fact in facts.items()})


@dg.op
def succeed(context: dg.OpExecutionContext) -> None:
    print("said by the op")  # noqa: T201
    tell(context, drawn=random.random(), group=os.getpgrp())


@dg.op
def fail() -> None:
    raise ValueError("the op does not like its input")


@dg.op
def wait() -> None:
    time.sleep(_LONG)


@dg.op
def wait_with_child(context: dg.OpExecutionContext) -> None:
    with subprocess.Popen(["sleep", str(_LONG)]) as child:
        tell(context, child=child.pid)


@dg.op
def hang(context: dg.OpExecutionContext) -> None:
    """Deaf to requests to end, like a call into a library that does not return."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    tell(context, deaf=True)
    time.sleep(_LONG)


@dg.op
def version(context: dg.OpExecutionContext) -> None:
    """Which version of the package's code the worker runs."""
    tell(context, version=getattr(definitions, "VERSION", None))


def alone(op: dg.OpDefinition) -> dg.JobDefinition:
    """The job `<op>_job` that does nothing else."""
    graph = dg.GraphDefinition(name=f"{op.name}_job", node_defs=[op])
    return graph.to_job(executor_def=dg.in_process_executor)


defs = dg.Definitions(
    jobs=[alone(op) for op in (succeed, fail, wait, wait_with_child, hang, version)]
)
