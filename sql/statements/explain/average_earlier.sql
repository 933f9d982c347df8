-- What is usual of a supplier: the mean shares of its last imports before this one. Those of mended rows are
-- left out, for nothing else was in them. Read only.
WITH earlier AS (
    SELECT *, contacts_found::float AS contacts FROM lead_sources
    WHERE supplier = %(supplier)s AND import_id < %(import_id)s AND status = 'completed' AND retry_of IS NULL
    ORDER BY import_id DESC LIMIT %(most)s),
channels AS (
    SELECT e.import_id, sum((c.value->>'valid')::float) FILTER (WHERE c.key = ANY(%(phones)s))
             / nullif(sum((c.value->>'filled')::float) FILTER (WHERE c.key = ANY(%(phones)s)), 0) AS phones,
           sum((c.value->>'valid')::float) FILTER (WHERE c.key = ANY(%(mails)s))
             / nullif(sum((c.value->>'filled')::float) FILTER (WHERE c.key = ANY(%(mails)s)), 0) AS mails
    FROM earlier AS e CROSS JOIN jsonb_each(e.contact_columns) AS c
    GROUP BY 1)
SELECT count(*) AS imports,
       avg(e.rows_rejected / nullif(e.rows_read - e.rows_blank, 0)::float) AS rejected,
       avg(e.contacts_new / nullif(e.contacts, 0)) AS new,
       avg((e.contacts_same_source + e.contacts_cross_source + e.contacts_in_file)
           / nullif(e.contacts, 0)) AS duplicates,
       avg(e.contacts_updated / nullif(e.contacts, 0)) AS updated,
       avg(e.contacts_suppressed / nullif(e.contacts, 0)) AS suppressed,
       avg(e.contacts_invalid / nullif(e.contacts, 0)) AS invalid,
       avg(c.phones) AS phones, avg(c.mails) AS mails
FROM earlier AS e LEFT JOIN channels AS c USING (import_id)
