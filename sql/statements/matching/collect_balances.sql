-- What was owed until now for contacts of some imports that were priced: a table of its own with statistics.
DROP TABLE IF EXISTS pg_temp.balances;
CREATE TEMP TABLE balances ON COMMIT DROP AS
SELECT c.import_id, c.row_number, c.contact_number, sum(c.amount) AS balance,
       min(c.amount) FILTER (WHERE c.rule IS NOT NULL) AS price
FROM charges AS c
WHERE c.import_id = ANY ({imports}) {within}
GROUP BY 1, 2, 3;
ANALYZE balances
