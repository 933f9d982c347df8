-- Some keys with their digests, each once, in a table of this session: whoever wants to change where they
-- stand waits only as long as that takes.
DROP TABLE IF EXISTS pg_temp.fresh_digests;
CREATE TEMP TABLE fresh_digests AS
SELECT DISTINCT key_digest(value) AS digest, value FROM ({keys}) AS one (value)
