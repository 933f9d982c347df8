-- What is owed for contacts is what their outcomes say. Read only.
WITH outcomes AS (
    SELECT import_id, row_number, contact_number, 'new' AS outcome FROM leads_master
    UNION ALL
    SELECT import_id, row_number, contact_number, outcome FROM duplicate_leads),
accepted AS (
    SELECT o.*
    FROM outcomes AS o
    JOIN lead_sources AS s USING (import_id)
    LEFT JOIN supplier_terms AS t USING (terms_id)
    WHERE s.is_charged AND NOT (outcome = 'updated' AND s.force_refresh)
      AND NOT outcome = ANY (coalesce(t.free, ARRAY[
          'in_file_duplicate', 'same_source_duplicate', 'cross_source_duplicate']))),
balances AS (
    SELECT import_id, row_number, contact_number, sum(amount) AS balance,
           min(amount) FILTER (WHERE rule IS NOT NULL) AS price,
           count(*) FILTER (WHERE rule IS NOT NULL) AS times
    FROM charges GROUP BY 1, 2, 3)
SELECT count(*) FILTER (WHERE times IS NULL) AS "accepted contacts without a price",
       count(*) FILTER (WHERE times <> 1) AS "contacts not priced once",
       count(*) FILTER (WHERE balance <> CASE WHEN outcome IS NULL OR return_id IS NOT NULL
                                              THEN 0 ELSE price END) AS "contacts charged wrongly"
FROM accepted
FULL JOIN balances USING (import_id, row_number, contact_number)
LEFT JOIN (SELECT import_id, row_number, contact_number, return_id FROM returns
           WHERE state = 'approved') AS r USING (import_id, row_number, contact_number)
