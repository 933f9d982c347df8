-- The attributes of the leads that an import founded, from its own table. Safe to run again.
UPDATE leads_master AS l SET ({attribute_names}) = ROW ({told})
FROM ({contacts}) AS c
WHERE l.import_id = {import_id} AND l.row_number = c.row_number AND l.contact_number = c.contact_number
