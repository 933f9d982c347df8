-- One decision runs at a time: it may sort and hash in memory.
SELECT set_config('work_mem', '256MB', true)
