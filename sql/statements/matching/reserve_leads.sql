-- Numbers for new leads.
SELECT nextval('leads_master_lead_id_seq') AS lead_id FROM generate_series(1, %(count)s)
