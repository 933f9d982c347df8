-- The corrections for a header; those of the supplier win over anyone's, those of the object over both.
-- Read only.
SELECT header, field, supplier, object_key FROM mapping_corrections
WHERE header_signature = %(header_signature)s AND supplier IN ('', %(supplier)s)
  AND object_key IN ('', %(object_key)s)
ORDER BY object_key <> '', supplier
