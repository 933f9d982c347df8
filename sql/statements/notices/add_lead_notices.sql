-- The leads that an import brought are told one by one. Safe to run again.
INSERT INTO lead_notices (lead_id, import_id, created_at)
SELECT lead_id, import_id, %(now)s FROM leads_master WHERE import_id = %(import_id)s ORDER BY lead_id
ON CONFLICT DO NOTHING
