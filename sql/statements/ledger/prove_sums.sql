-- The law of sums, counted from the tables themselves: every staged row is in exactly one place. One
-- that stands in two is placed more often than rows are staged. Read only.
WITH contacts AS MATERIALIZED (
    SELECT original_lead_id AS row_number, count(*) AS contacts FROM {normalized} GROUP BY 1),
places AS (
    SELECT row_number FROM contacts UNION ALL SELECT row_number FROM {rejected} WHERE staged),
placed AS (
    SELECT count(*) FILTER (WHERE places.row_number IS NULL) AS nowhere,
           count(*) FILTER (WHERE staged.row_number IS NULL) AS unknown,
           count(*) AS times
    FROM {leads} AS staged FULL JOIN places USING (row_number)),
staged AS (SELECT count(*) AS rows FROM {leads})
SELECT
    staged.rows AS rows_staged,
    (SELECT count(*) FROM {rejected}) AS rows_rejected,
    (SELECT count(*) FROM {rejected} WHERE NOT staged) AS rows_rejected_unread,
    (SELECT count(*) FROM contacts) AS rows_contacts,
    (SELECT coalesce(sum(contacts), 0)::bigint FROM contacts) AS contacts_callable,
    (SELECT count(*) FROM {invalid}) AS contacts_invalid,
    placed.nowhere + placed.times - staged.rows AS rows_misplaced
FROM placed CROSS JOIN staged
