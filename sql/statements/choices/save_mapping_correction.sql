-- Settle which field a column feeds. Safe to run again: the last word counts.
INSERT INTO mapping_corrections (header_signature, supplier, header, field)
VALUES (%(header_signature)s, %(supplier)s, %(header)s, %(field)s)
ON CONFLICT (header_signature, supplier, header)
DO UPDATE SET field = excluded.field, settled_at = now()
