-- How many contacts of a supplier have a price that counts for its caps, of the files that came on the
-- same day, and in the same month. Read only.
SELECT count(*) FILTER (WHERE s.day = here(%(modified_at)s)) AS day, count(*) AS month
FROM (SELECT import_id, here(modified_at) AS day FROM lead_sources
      WHERE supplier = %(supplier)s AND is_charged
        AND date_trunc('month', here(modified_at)) = date_trunc('month', here(%(modified_at)s))) AS s
JOIN charges AS c USING (import_id)
WHERE c.rule >= 0
