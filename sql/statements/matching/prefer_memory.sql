-- One decision runs at a time: it may sort and hash in memory, and keep its own tables there. Its
-- keys are distinct, so that remembering what an index said (memoize) is only work.
SELECT set_config('work_mem', '256MB', true), set_config('temp_buffers', '128MB', true),
       set_config('enable_memoize', 'off', true)
