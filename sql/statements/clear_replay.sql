-- Take out everything that follows from the sightings looked at; what people did with a lead stays.
DELETE FROM lead_identities AS i
USING (SELECT 'external_id'::match_kind AS kind, s.source_id || ':' || external_id AS value
       FROM seen JOIN lead_sources AS s USING (import_id) WHERE external_id IS NOT NULL
       UNION SELECT 'email', unnest(all_email_keys) FROM seen
       UNION SELECT 'phone', unnest(all_phones) FROM seen
       UNION SELECT kind, value FROM seen_further) AS k
WHERE i.key_hash = hashtextextended(k.kind::text || ':' || k.value, 0)
  AND i.key_check = hashtextextended(k.kind::text || ':' || k.value, 1)
  AND i.kind = k.kind AND i.value = k.value
  AND i.lead_id IN (SELECT lead_id FROM replay_leads);
DELETE FROM duplicate_leads USING replay_leads
WHERE duplicate_leads.lead_id = replay_leads.lead_id;
DELETE FROM lead_sources_history USING replay_leads
WHERE lead_sources_history.lead_id = replay_leads.lead_id;
DELETE FROM merge_candidates USING replay_leads
WHERE merge_candidates.lead_id = replay_leads.lead_id
   OR merge_candidates.other_lead_id = replay_leads.lead_id;
DELETE FROM leads_master AS l USING replay_leads
WHERE l.lead_id = replay_leads.lead_id AND NOT EXISTS (
    SELECT FROM placed WHERE placed.lead_id = l.lead_id);
INSERT INTO replay_leads SELECT DISTINCT lead_id FROM placed ON CONFLICT DO NOTHING
