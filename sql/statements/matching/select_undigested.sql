-- What is not digested yet, and how many keys that may be; nothing is known by an import that was
-- undone. Read only.
SELECT u.import_id, u.version_id, v.list_id,
       CASE WHEN s.status <> 'undone' THEN s.archive_table END AS archive_table,
       CASE WHEN v.mode = 'full' THEN v.entries ELSE coalesce(v.added, 2 * s.contacts_callable, 0) END AS keys
FROM undigested AS u
LEFT JOIN lead_sources AS s USING (import_id)
LEFT JOIN dnc_versions AS v USING (version_id)
ORDER BY keys
