-- Whether this session is the one that pulls a source now; it is until it ends.
SELECT pg_try_advisory_lock(hashtextextended('lead_pipeline pull ' || %(source)s, 0)) AS claimed
