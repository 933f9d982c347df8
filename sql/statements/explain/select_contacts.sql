-- Contacts of some rows as an import's own table has them. Read only.
SELECT * FROM {archived} WHERE original_lead_id = ANY(%(rows)s)
