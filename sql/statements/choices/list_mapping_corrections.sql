-- Every correction, with the headers of the newest import that it is for, if there is one. Read only.
SELECT c.header_signature, c.supplier, c.object_key, c.header, c.field, c.settled_at, newest.headers
FROM mapping_corrections AS c
LEFT JOIN LATERAL (
    SELECT layout -> 'header' AS headers FROM lead_sources AS i
    WHERE i.header_signature = c.header_signature AND i.layout IS NOT NULL
    ORDER BY import_id DESC LIMIT 1) AS newest ON true
ORDER BY c.supplier, c.object_key, c.header_signature, c.header
