-- Imports of whose end nobody has been told, with what they came to; they are taken from the queue in the
-- transaction that tells of them.
WITH taken AS (
    DELETE FROM import_ends WHERE end_id IN (
        SELECT end_id FROM import_ends ORDER BY end_id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING end_id, import_id, status)
SELECT t.import_id, t.status, s.supplier, s.error_code, coalesce(s.rows_read, 0) AS rows,
       coalesce(s.rows_rejected, 0) AS rejected, coalesce(s.contacts_new, 0) AS new,
       coalesce(s.contacts_in_file + s.contacts_same_source + s.contacts_cross_source, 0) AS duplicates,
       coalesce(s.contacts_updated, 0) AS updated, coalesce(s.contacts_suppressed, 0) AS suppressed,
       coalesce(s.contacts_invalid, 0) AS invalid,
       extract(epoch FROM s.completed_at - s.seen_at)::float AS seconds, n.display_name AS source
FROM taken AS t JOIN lead_sources AS s USING (import_id) LEFT JOIN source_names AS n USING (source_id)
ORDER BY t.end_id
