-- The law of sums, counted from the tables themselves: every staged row is in exactly one place.
-- Read only.
WITH contacts AS MATERIALIZED (
    SELECT original_lead_id AS row_number, count(*) AS contacts FROM {normalized} GROUP BY 1),
places AS (
    SELECT row_number, count(*) AS places
    FROM (SELECT row_number FROM contacts
          UNION ALL
          SELECT row_number FROM {rejected} WHERE staged) AS outcomes
    GROUP BY 1)
SELECT
    rows.staged AS rows_staged,
    (SELECT count(*) FROM {rejected}) AS rows_rejected,
    (SELECT count(*) FROM {rejected} WHERE NOT staged) AS rows_rejected_unread,
    (SELECT count(*) FROM contacts) AS rows_contacts,
    (SELECT coalesce(sum(contacts), 0)::bigint FROM contacts) AS contacts_callable,
    (SELECT count(*) FROM {invalid}) AS contacts_invalid,
    rows.misplaced AS rows_misplaced
FROM (SELECT count(staged.row_number) AS staged,
             count(*) FILTER (WHERE staged.row_number IS NULL OR places.places IS DISTINCT FROM 1)
                 AS misplaced
      FROM {leads} AS staged FULL JOIN places USING (row_number)) AS rows
