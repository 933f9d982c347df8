-- Take out everything that follows from the sightings looked at; what people did with a lead stays.
-- Keys by an array of places, because in a join the planner would rather read all that there are.
DELETE FROM lead_identities WHERE ctid = ANY (ARRAY(
    SELECT i.place
    FROM (SELECT kind, value, hashtextextended(kind::text || ':' || value, 0) AS key_hash,
                 hashtextextended(kind::text || ':' || value, 1) AS key_check
          FROM (SELECT 'external_id'::match_kind AS kind, s.source_id || ':' || external_lead_id AS value
                FROM seen JOIN lead_sources AS s USING (import_id) WHERE external_lead_id IS NOT NULL
                UNION SELECT 'email', unnest(all_email_keys) FROM seen
                UNION SELECT 'email', unnest(no_keys) || ' ' || lower(coalesce(full_name, '')) FROM seen
                UNION SELECT 'phone', unnest(all_phones) FROM seen) AS said
          ORDER BY key_hash) AS k
    CROSS JOIN LATERAL (
        SELECT ctid AS place, lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.value OFFSET 0) AS i
    WHERE i.lead_id IN (SELECT lead_id FROM replay_leads)));
DELETE FROM duplicate_leads AS d USING members AS m
WHERE (d.import_id, d.row_number, d.contact_number)
    = (m.import_id, m.row_number, m.contact_number);
DELETE FROM lead_sources_history USING replay_leads
WHERE lead_sources_history.lead_id = replay_leads.lead_id;
DELETE FROM loose_keys USING replay_leads
WHERE loose_keys.lead_id = replay_leads.lead_id
   OR loose_keys.other_lead_id = replay_leads.lead_id;
DELETE FROM merge_candidates AS c USING replay_leads AS r
WHERE (c.lead_id = r.lead_id OR c.other_lead_id = r.lead_id)
  AND (c.state = 'open' AND c.kind <> 'linkage' OR NOT EXISTS (
       SELECT FROM placed WHERE placed.lead_id = r.lead_id));
DELETE FROM leads_master AS l USING replay_leads
WHERE l.lead_id = replay_leads.lead_id AND NOT EXISTS (
    SELECT FROM placed WHERE placed.lead_id = l.lead_id);
INSERT INTO replay_leads SELECT DISTINCT lead_id FROM placed ON CONFLICT DO NOTHING
