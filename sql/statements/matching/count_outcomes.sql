-- What the contacts of an import came to, counted from the tables; `suppressed` is this session's.
-- Read only.
SELECT (SELECT count(*) FROM leads_master WHERE import_id = %(import_id)s) AS contacts_new,
       count(*) FILTER (WHERE outcome = 'in_file_duplicate') AS contacts_in_file,
       count(*) FILTER (WHERE outcome = 'same_source_duplicate') AS contacts_same_source,
       count(*) FILTER (WHERE outcome = 'cross_source_duplicate') AS contacts_cross_source,
       count(*) FILTER (WHERE outcome = 'updated') AS contacts_updated,
       (SELECT count(*) FROM suppressed) AS contacts_suppressed
FROM duplicate_leads WHERE import_id = %(import_id)s
