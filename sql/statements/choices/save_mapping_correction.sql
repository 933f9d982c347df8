-- Settle which field a column feeds. Safe to run again: the last word counts.
INSERT INTO mapping_corrections (header_signature, supplier, object_key, header, field)
VALUES (%(header_signature)s, %(supplier)s, %(object_key)s, %(header)s, %(field)s)
ON CONFLICT (header_signature, supplier, object_key, header)
DO UPDATE SET field = excluded.field, settled_at = now()
