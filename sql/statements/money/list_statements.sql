-- Statements without their lines, the latest first; of one supplier, if one is named. Read only.
SELECT statement_id, supplier, number, month, currency, after_event, last_event, lines, total, sha256,
       issued_at, issued_by
FROM statements
WHERE %(supplier)s::text IS NULL OR supplier = %(supplier)s
ORDER BY month DESC, supplier
