-- Records that a webhook names, each once; they are fetched then, but for tests of ours, which nobody
-- has. Safe to run again.
INSERT INTO connector_notices (source, external_id, payload, fetched_at)
SELECT DISTINCT ON (external_id) %(source)s, external_id, payload,
       CASE WHEN payload -> 'is_test' = 'true' THEN now() END
FROM jsonb_to_recordset(%(notices)s::jsonb) AS n (external_id text, payload jsonb)
ON CONFLICT DO NOTHING
