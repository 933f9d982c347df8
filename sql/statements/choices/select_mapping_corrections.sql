-- The corrections for a header; those of the supplier come last and win. Read only.
SELECT header, field FROM mapping_corrections
WHERE header_signature = %(header_signature)s AND supplier IN ('', %(supplier)s)
ORDER BY supplier
