-- A signed post is taken once; those that are too old to be taken at all are forgotten.
WITH old AS (
    DELETE FROM posting_signatures WHERE seen_at < now() - interval '15 minutes')
INSERT INTO posting_signatures (digest) VALUES (%(digest)s) ON CONFLICT DO NOTHING
