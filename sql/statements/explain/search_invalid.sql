-- Contacts that cannot be called whose phone or mail reads like the one asked for. Read only.
SELECT import_id, row_number, contact_number FROM invalid_contacts
WHERE phone ~* %(pattern)s OR email ~* %(pattern)s
ORDER BY import_id DESC, row_number
LIMIT %(most)s
