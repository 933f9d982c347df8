-- Leave a column to be matched again. Safe to run again.
DELETE FROM mapping_corrections
WHERE header_signature = %(header_signature)s AND supplier = %(supplier)s
  AND object_key = %(object_key)s AND header = ANY(%(headers)s)
