-- Answers older than a day are forgotten; those that somebody waits for stay until the next time.
DELETE FROM request_answers WHERE key_digest IN (
    SELECT key_digest FROM request_answers WHERE made_at < now() - interval '1 day'
    FOR UPDATE SKIP LOCKED)
