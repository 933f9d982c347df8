-- What the first contacts of a normalized import have become. Read only.
SELECT original_lead_id AS row, contact_number AS number, contact_role AS role,
       contact_name AS full_name, emails, phones
FROM {normalized} ORDER BY original_lead_id, contact_number LIMIT %(most)s
