-- The last pulls of a source or of all (before a number), the newest first, or one of them; each with what became
-- of its records: the outcomes of the imports that hold them, as far as these are done. Read only.
SELECT p.*, o.imports, o.imported, o.contacts_new, o.same_source, o.cross_source, o.suppressed,
       o.invalid, o.rejected
FROM (SELECT * FROM connector_pulls
      WHERE (%(source)s::text IS NULL OR source = %(source)s)
        AND (%(before)s::bigint IS NULL OR pull_id < %(before)s)
        AND (%(pull_id)s::bigint IS NULL OR pull_id = %(pull_id)s)
      ORDER BY pull_id DESC LIMIT %(most)s) AS p
LEFT JOIN LATERAL (
    SELECT count(*) AS imports, count(*) FILTER (WHERE l.status = 'completed') AS imported,
           sum(l.contacts_new)::bigint AS contacts_new, sum(l.contacts_same_source)::bigint AS same_source,
           sum(l.contacts_cross_source)::bigint AS cross_source, sum(l.contacts_suppressed)::bigint AS suppressed,
           sum(l.contacts_invalid)::bigint AS invalid, sum(l.rows_rejected)::bigint AS rejected
    FROM connector_deliveries AS d JOIN lead_sources AS l USING (object_key)
    WHERE d.delivery_id IN (SELECT i.delivery_id FROM connector_inbox AS i WHERE i.pull_id = p.pull_id)
) AS o ON true
ORDER BY pull_id DESC
