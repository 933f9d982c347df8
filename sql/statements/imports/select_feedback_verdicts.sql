-- What the rows of feedback that is rehearsed would do, and those that are of no lead. Read only.
SELECT f.row_number, 1 AS contact_number, 'updated' AS outcome, NULL AS code,
       concat_ws(', ', 'lead ' || f.lead_id,
                 CASE WHEN f.is_repeated THEN 'told before' ELSE f.disposition END,
                 CASE WHEN f.is_attempt THEN 'an attempt' END,
                 CASE WHEN r.row_number IS NOT NULL THEN 'given back' END,
                 'opts out ' || o.channels) AS reason
FROM lead_feedback AS f
LEFT JOIN lead_returns AS r USING (import_id, row_number)
LEFT JOIN (SELECT import_id, row_number, string_agg(value, ' and ' ORDER BY value) AS channels
           FROM opt_outs_received GROUP BY 1, 2) AS o USING (import_id, row_number)
WHERE f.import_id = {import_id}
UNION ALL
SELECT row_number, contact_number, 'invalid', code, concat_ws(', but opts out ', reason, (
    SELECT string_agg(value, ' and ' ORDER BY value) FROM opt_outs_received AS o
    WHERE o.import_id = {import_id} AND o.row_number = i.row_number))
FROM {invalid} AS i
