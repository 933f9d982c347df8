-- Numbers that the file holds more than once stay once. Safe to run again.
DELETE FROM {fresh} AS one
USING (SELECT number, min(ctid) AS first FROM {fresh} GROUP BY number HAVING count(*) > 1) AS many
WHERE one.number = many.number AND one.ctid <> many.first
