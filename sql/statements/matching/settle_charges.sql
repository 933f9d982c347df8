-- What is owed for some contacts that were priced, less what was owed before, as one event.
WITH balances AS (
    SELECT p.import_id, p.row_number, p.contact_number, sum(c.amount) AS balance,
           min(c.amount) FILTER (WHERE c.rule IS NOT NULL) AS price
    FROM (SELECT DISTINCT * FROM ({places}) AS all_places) AS p
    JOIN charges AS c USING (import_id, row_number, contact_number)
    GROUP BY 1, 2, 3),
outcomes AS (
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
INSERT INTO charges (row_number, import_id, event_id, contact_number, amount)
SELECT row_number, import_id, event_id, contact_number, amount
FROM lines CROSS JOIN event
WHERE amount <> 0
ORDER BY import_id, row_number, contact_number
