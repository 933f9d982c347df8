-- The contacts of an import have a price from its decision on.
UPDATE lead_sources SET is_charged = true WHERE import_id = %(import_id)s
