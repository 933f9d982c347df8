-- The keys that several contacts of the file have, numbered, with everybody who has them.
CREATE TEMP TABLE shared_keys ON COMMIT DROP AS
WITH shared AS (
    SELECT key_hash, key_check FROM contact_keys GROUP BY 1, 2 HAVING count(*) > 1),
candidates AS MATERIALIZED (
    SELECT k.* FROM contact_keys AS k JOIN shared USING (key_hash, key_check)),
numbered AS (
    SELECT kind, value, row_number() OVER () - 1 AS key FROM candidates GROUP BY kind, value)
SELECT c.row_number, c.contact_number, c.kind, c.position, n.key
FROM candidates AS c JOIN numbered AS n USING (kind, value)
