-- Leads that nothing but the import that is taken back has brought, and that nobody has touched.
INSERT INTO replay_leads SELECT lead_id FROM undone_leads WHERE NOT worked_on AND NOT shared
