-- Take those leads and their keys out.
DELETE FROM lead_identities AS i USING contact_keys AS k
WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
  AND i.lead_id IN (SELECT lead_id FROM replay_leads);
DELETE FROM leads_master USING replay_leads WHERE leads_master.lead_id = replay_leads.lead_id
