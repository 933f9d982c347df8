-- Hold an import for this session: waits for a worker that is still busy with it.
-- The server gives the lock back when the session ends, however it ends.
SELECT pg_advisory_lock(%(lock_class)s, %(import_id)s)
