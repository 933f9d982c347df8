-- Take an import's sightings out of leads that it was the last to see, with the keys that nobody else
-- has said. LATERAL with OFFSET keeps the planner at one index probe a key.
CREATE TEMP TABLE last_seen ON COMMIT DROP AS
SELECT m.*, s.received_at, s.external_lead_id AS external_id, s.all_email_keys, s.all_phones
FROM members AS m JOIN replay_leads USING (lead_id)
JOIN seen AS s USING (import_id, row_number, contact_number);
DELETE FROM lead_identities WHERE ctid = ANY (ARRAY(
    SELECT i.place
    FROM (SELECT lead_id, kind, value, hashtextextended(kind::text || ':' || value, 0) AS key_hash,
                 hashtextextended(kind::text || ':' || value, 1) AS key_check
          FROM (SELECT lead_id, gone, 'external_id'::match_kind AS kind,
                       source_id || ':' || external_id AS value
                FROM last_seen JOIN lead_sources AS s USING (import_id) WHERE external_id IS NOT NULL
                UNION ALL SELECT lead_id, gone, 'email', unnest(all_email_keys) FROM last_seen
                UNION ALL SELECT lead_id, gone, 'phone', unnest(all_phones) FROM last_seen) AS said
          GROUP BY lead_id, kind, value HAVING bool_and(gone) ORDER BY key_hash) AS k
    CROSS JOIN LATERAL (
        SELECT ctid AS place, lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.value OFFSET 0) AS i
    WHERE i.lead_id = k.lead_id));
DELETE FROM duplicate_leads
WHERE import_id = {import_id} AND lead_id IN (SELECT lead_id FROM replay_leads);
DELETE FROM loose_keys
WHERE import_id = {import_id} AND lead_id IN (SELECT lead_id FROM replay_leads);
WITH gone AS (
    DELETE FROM lead_sources_history WHERE ctid = ANY (ARRAY(
        SELECT h.place FROM replay_leads AS r CROSS JOIN LATERAL (
            SELECT ctid AS place FROM lead_sources_history AS h
            WHERE h.lead_id = r.lead_id AND h.import_id = {import_id} OFFSET 0) AS h))
    RETURNING source_id, received_at)
INSERT INTO source_days (source_id, day, leads)
SELECT source_id, (received_at AT TIME ZONE a.time_zone)::date, -count(*)
FROM gone CROSS JOIN account AS a
GROUP BY 1, 2
ON CONFLICT (source_id, day) DO UPDATE SET leads = source_days.leads + excluded.leads;
UPDATE leads_master AS l
SET last_received_at = s.received_at, last_import_id = s.import_id, updated_at = now()
FROM (SELECT DISTINCT ON (lead_id) lead_id, received_at, import_id FROM last_seen
      WHERE NOT gone ORDER BY lead_id, received_at DESC, import_id DESC) AS s
WHERE l.lead_id = s.lead_id;
DELETE FROM undone_seeds USING replay_leads WHERE undone_seeds.lead_id = replay_leads.lead_id
