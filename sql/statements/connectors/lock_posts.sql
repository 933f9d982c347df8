-- One batch of posted leads at a time, so that the same person posted twice at once is told so.
SELECT pg_advisory_xact_lock(hashtextextended('lead_pipeline posts', 0))
