-- What posted leads are answered, and whom they are of as long as they wait.
WITH given AS (
    SELECT i.inbox_id, i.is_test, a.*
    FROM jsonb_to_recordset(%(answers)s::jsonb) AS a (
        external_id text, status text, reason text, age_days integer, source_id integer, keys jsonb)
    JOIN connector_inbox AS i ON i.source = %(supplier)s AND i.external_id = a.external_id),
saved AS (
    INSERT INTO posted_leads (inbox_id, source_id, status, reason, age_days)
    SELECT inbox_id, source_id, status, reason, age_days FROM given)
INSERT INTO posted_keys (kind, value, inbox_id, contact_number)
SELECT k.kind::match_kind, k.value, inbox_id, k.contact_number
FROM given, jsonb_to_recordset(keys) AS k (contact_number smallint, kind text, value text)
WHERE NOT is_test
ON CONFLICT DO NOTHING
