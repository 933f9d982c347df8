-- One decision runs at a time: it may sort and hash in memory, and keep its own tables there. Its
-- keys are distinct, so that remembering what an index said (memoize) is only work; of its own tables
-- the planner needs to know how large they are, not what is frequent in them. A session that had
-- temporary tables before, as a pooler lends it, cannot have more memory for them any more.
SELECT set_config('work_mem', '256MB', true),
       CASE WHEN pg_my_temp_schema() = 0 THEN set_config('temp_buffers', '128MB', true) END,
       set_config('enable_memoize', 'off', true), set_config('default_statistics_target', '10', true)
