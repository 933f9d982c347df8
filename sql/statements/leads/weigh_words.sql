-- Until the transaction ends the planner knows what making the words of a name costs beside a page that
-- is in memory, so that it goes through the newest leads for frequent names alone, and by the index for
-- all others. Workers would take longer to start than a page of leads takes.
SET LOCAL cpu_operator_cost = 0.1;
SET LOCAL random_page_cost = 1.1;
SET LOCAL max_parallel_workers_per_gather = 0
