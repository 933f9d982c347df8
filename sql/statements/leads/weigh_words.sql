-- Until the transaction ends the planner knows what it costs to make words of a name: about a
-- microsecond for each of its operators, so that it does not go through leads where the index is faster.
-- Workers would take longer to start than a page takes.
SET LOCAL cpu_operator_cost = 0.02;
SET LOCAL max_parallel_workers_per_gather = 0
