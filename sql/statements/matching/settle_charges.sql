-- What is owed for the contacts in `balances` now, less what was owed before, as one event.
WITH outcomes AS (
    SELECT b.*, s.force_refresh, coalesce(t.free, usual.free) AS free,
           CASE WHEN f.import_id IS NOT NULL THEN 'new' ELSE d.outcome END AS outcome,
           r.return_id IS NOT NULL AS returned
    FROM balances AS b
    JOIN lead_sources AS s USING (import_id)
    LEFT JOIN supplier_terms AS t USING (terms_id)
    LEFT JOIN ({founders}) AS f USING (import_id, row_number, contact_number)
    LEFT JOIN duplicate_leads AS d USING (import_id, row_number, contact_number)
    LEFT JOIN returns AS r
      ON r.import_id = b.import_id AND r.row_number = b.row_number
     AND r.contact_number = b.contact_number AND r.state = 'approved'
    CROSS JOIN (SELECT ARRAY['in_file_duplicate', 'same_source_duplicate', 'cross_source_duplicate']
                       AS free) AS usual),
lines AS (
    SELECT import_id, row_number, contact_number,
           CASE WHEN outcome IS NULL OR outcome = ANY (free) OR outcome = 'updated' AND force_refresh
                     OR returned THEN 0 ELSE price END - balance AS amount
    FROM outcomes),
event AS (
    INSERT INTO charge_events (kind, happened_at, cause)
    SELECT %(kind)s, %(happened_at)s, %(cause)s WHERE EXISTS (SELECT FROM lines WHERE amount <> 0)
    RETURNING event_id)
INSERT INTO charge_batches (event_id, import_id, amount, rows, contacts)
SELECT event_id, import_id, amount, array_agg(row_number), array_agg(contact_number)
FROM lines CROSS JOIN event
WHERE amount <> 0
GROUP BY event_id, import_id, amount, row_number / 10000
