-- Contacts in one import's own table that have one of these keys. Read only.
SELECT import_id, original_lead_id AS row_number, contact_number FROM {archived}
WHERE phones && %(phones)s OR email_keys && %(emails)s OR external_id = ANY(%(external_ids)s)
