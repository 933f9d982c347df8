-- The leads that are to be looked at again.
INSERT INTO replay_leads SELECT lead_id FROM leads_master WHERE lead_id = ANY (%(leads)s)
