-- The law of sums, counted from the tables themselves: every staged row is in exactly one place.
-- Read only.
WITH outcomes AS (
    SELECT original_lead_id AS row_number FROM {normalized} GROUP BY 1
    UNION ALL
    SELECT row_number FROM {rejected} WHERE staged),
counted AS (
    SELECT row_number, count(*) AS times FROM outcomes GROUP BY 1)
SELECT
    (SELECT count(*) FROM {leads}) AS rows_staged,
    (SELECT count(*) FROM {rejected}) AS rows_rejected,
    (SELECT count(*) FROM {rejected} WHERE NOT staged) AS rows_rejected_unread,
    (SELECT count(DISTINCT original_lead_id) FROM {normalized}) AS rows_contacts,
    (SELECT count(*) FROM {normalized}) AS contacts_callable,
    (SELECT count(*) FROM {invalid}) AS contacts_invalid,
    (SELECT count(*) FROM {leads} AS staged FULL JOIN counted USING (row_number)
     WHERE staged.row_number IS NULL OR counted.times IS DISTINCT FROM 1) AS rows_misplaced
