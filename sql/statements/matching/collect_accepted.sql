-- The contacts of an import that are paid for by their outcome and were never priced. A table of its own
-- with statistics: of leads that were just added the planner expects one.
DROP TABLE IF EXISTS pg_temp.accepted;
CREATE TEMP TABLE accepted ON COMMIT DROP AS
SELECT a.row_number, a.contact_number
FROM (SELECT import_id, row_number, contact_number FROM ({founders}) AS f
      WHERE NOT 'new' = ANY ({free})
      UNION ALL
      SELECT import_id, row_number, contact_number FROM ({duplicates}) AS d
      WHERE NOT outcome = ANY ({free}) AND NOT (outcome = 'updated' AND {refreshes})) AS a
WHERE a.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM charges AS c WHERE c.import_id = {import_id} AND c.row_number = a.row_number
    AND c.contact_number = a.contact_number);
ANALYZE accepted
