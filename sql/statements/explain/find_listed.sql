-- Contacts that lost one of these numbers or addresses to a do-not-call list. Read only.
SELECT DISTINCT import_id, row_number, contact_number FROM dnc_suppressions
WHERE value = ANY(%(values)s)
