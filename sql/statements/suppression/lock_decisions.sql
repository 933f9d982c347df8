-- One decision about leads at a time, until the transaction ends: imports, undoing, opt-outs.
SELECT pg_advisory_xact_lock(7854, 0)
