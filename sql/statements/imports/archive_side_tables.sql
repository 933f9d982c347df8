-- Keep what did not become a lead. Safe to run again: an import's rows are there once.
INSERT INTO rejected_leads (import_id, row_number, code, reason, raw)
SELECT {import_id}, row_number, code, reason, raw FROM {rejected}
ON CONFLICT DO NOTHING;
INSERT INTO invalid_contacts (
    import_id, row_number, contact_number, contact_role, code, reason, contact_name, email, phone)
SELECT {import_id}, row_number, contact_number, contact_role, code, reason, contact_name, email,
       phone
FROM {invalid}
ON CONFLICT DO NOTHING
