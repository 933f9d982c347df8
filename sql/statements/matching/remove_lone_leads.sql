-- Take those leads and their keys out. LATERAL with OFFSET keeps the planner at one index probe a
-- key, ANY (ARRAY) at one a lead: joins would read all keys and all leads that there are.
DELETE FROM lead_identities
WHERE ctid = ANY (ARRAY(
    SELECT i.ctid
    FROM contact_keys AS k
    CROSS JOIN LATERAL (
        SELECT ctid, lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.match_value OFFSET 0) AS i
    WHERE i.lead_id IN (SELECT lead_id FROM replay_leads)));
DELETE FROM loose_keys WHERE lead_id IN (SELECT lead_id FROM replay_leads);
DELETE FROM merge_candidates AS c USING replay_leads AS r
WHERE c.lead_id = r.lead_id OR c.other_lead_id = r.lead_id;
DELETE FROM leads_master WHERE lead_id = ANY (ARRAY(SELECT lead_id FROM replay_leads))
