-- What posted leads are answered, and whom they are of as long as they wait.
WITH given AS (
    SELECT i.inbox_id, i.is_test, a.*
    FROM jsonb_to_recordset(%(answers)s::jsonb) AS a (
        external_id text, status text, reason text, age_days integer, source_id integer, keys jsonb)
    JOIN connector_inbox AS i ON i.source = %(supplier)s AND i.external_id = a.external_id),
saved AS (
    INSERT INTO posted_leads (inbox_id, source_id, status, reason, age_days)
    SELECT inbox_id, source_id, status, reason, age_days FROM given),
said AS (
    SELECT k.kind::match_kind AS kind, k.value, inbox_id, k.contact_number
    FROM given, jsonb_to_recordset(keys) AS k (contact_number smallint, kind text, value text)
    WHERE NOT is_test),
digested AS (
    INSERT INTO key_digests (digest, value)
    SELECT DISTINCT key_digest(channel), channel
    FROM said CROSS JOIN LATERAL split_part(value, ' ', 1) AS channel
    WHERE kind IN ('email', 'phone') AND NOT EXISTS (
        SELECT FROM key_digests AS k WHERE k.digest = key_digest(channel) AND k.value = channel))
INSERT INTO posted_keys (kind, value, inbox_id, contact_number)
SELECT kind, value, inbox_id, contact_number FROM said
ON CONFLICT DO NOTHING
