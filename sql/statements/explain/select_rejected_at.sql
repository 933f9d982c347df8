-- Rejected rows by their place: why, as they stood, and by which import they came again. Read only.
SELECT r.* FROM rejected_leads AS r
JOIN unnest(%(imports)s::int[], %(rows)s::bigint[]) AS p (import_id, row_number)
USING (import_id, row_number)
