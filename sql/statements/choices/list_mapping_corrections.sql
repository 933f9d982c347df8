-- Every correction. Read only.
SELECT header_signature, supplier, header, field, settled_at FROM mapping_corrections
ORDER BY supplier, header_signature, header
