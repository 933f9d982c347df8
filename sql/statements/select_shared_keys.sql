-- The keys of every contact that shares one with another contact of the file. Read only.
WITH shared AS (
    SELECT key_hash, key_check FROM contact_keys GROUP BY 1, 2 HAVING count(*) > 1),
involved AS (
    SELECT DISTINCT row_number, contact_number
    FROM contact_keys JOIN shared USING (key_hash, key_check))
SELECT row_number, contact_number, array_agg(kind::text ORDER BY kind, position) AS kinds,
       array_agg(value ORDER BY kind, position) AS values
FROM contact_keys JOIN involved USING (row_number, contact_number)
GROUP BY 1, 2
