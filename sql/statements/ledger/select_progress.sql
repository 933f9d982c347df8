-- How far the step at work is, if one is, and the time by the same clock. Read only.
SELECT p.step, p.rows_done, p.rows_total, p.began_at, p.noted_at, clock_timestamp() AS now
FROM (VALUES (%(import_id)s)) AS asked (import_id) LEFT JOIN import_progress AS p USING (import_id)
