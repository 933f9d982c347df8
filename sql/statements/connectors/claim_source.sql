-- This session is the one that pulls a source, until it ends. Whoever was killed lets go a moment
-- later; whoever works is not waited for any longer.
SET LOCAL lock_timeout = '2s';
SELECT pg_advisory_lock(hashtextextended('lead_pipeline pull ' || {source}, 0))
