-- Returns, the latest first: of which supplier, which file and row, and what was paid. Read only.
SELECT r.*, s.supplier, s.object_key, u.currency, p.price
FROM returns AS r
JOIN lead_sources AS s USING (import_id)
LEFT JOIN suppliers AS u USING (supplier)
CROSS JOIN LATERAL (
    SELECT max(c.amount) FILTER (WHERE c.rule IS NOT NULL) AS price FROM charges AS c
    WHERE c.import_id = r.import_id AND c.row_number = r.row_number
      AND c.contact_number = r.contact_number) AS p
WHERE (%(state)s::text IS NULL OR r.state = %(state)s)
  AND (%(supplier)s::text IS NULL OR s.supplier = %(supplier)s)
ORDER BY r.return_id DESC
LIMIT %(most)s
