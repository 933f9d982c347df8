-- Records that a webhook names, each once; they are fetched then. Safe to run again.
INSERT INTO connector_notices (source, external_id, payload)
SELECT DISTINCT ON (external_id) %(source)s, external_id, payload
FROM jsonb_to_recordset(%(notices)s::jsonb) AS n (external_id text, payload jsonb)
ON CONFLICT DO NOTHING
