-- Counts equal what is counted: those of the sources, and those of the imports. Read only.
WITH led AS (
    SELECT source_id, count(*) AS leads
    FROM (SELECT source_id FROM leads_master
          UNION ALL SELECT source_id FROM lead_sources_history) AS each GROUP BY 1),
came AS (
    SELECT import_id,
           count(*) FILTER (WHERE outcome = 'new') AS new,
           count(*) FILTER (WHERE outcome = 'in_file_duplicate') AS in_file,
           count(*) FILTER (WHERE outcome = 'same_source_duplicate') AS same_source,
           count(*) FILTER (WHERE outcome = 'cross_source_duplicate') AS cross_source,
           count(*) FILTER (WHERE outcome = 'updated') AS updated
    FROM (SELECT import_id, 'new' AS outcome FROM leads_master
          UNION ALL SELECT import_id, outcome FROM duplicate_leads
          UNION ALL SELECT import_id, 'updated' FROM lead_feedback) AS each GROUP BY 1)
SELECT (SELECT count(*) FROM sources AS s LEFT JOIN led USING (source_id)
        WHERE s.total_leads_count <> coalesce(led.leads, 0)) AS "sources counted wrongly",
       (SELECT count(*) FROM lead_sources AS i LEFT JOIN came AS c USING (import_id)
        WHERE i.archived_at IS NOT NULL AND i.status <> 'undone'
          AND (i.contacts_new, i.contacts_in_file, i.contacts_same_source,
               i.contacts_cross_source, i.contacts_updated) IS DISTINCT FROM
              (coalesce(c.new, 0), coalesce(c.in_file, 0), coalesce(c.same_source, 0),
               coalesce(c.cross_source, 0), coalesce(c.updated, 0)))
            AS "imports counted wrongly"
