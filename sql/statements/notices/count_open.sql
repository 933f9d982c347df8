-- How many things do not go as they should. Read only.
SELECT count(*) AS open FROM notices WHERE cleared_at IS NULL
