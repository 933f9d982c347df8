-- What would go with some imports, and what would stay. Read only.
SELECT count(*) AS founded, count(*) FILTER (WHERE worked_on) AS worked_on,
       count(*) FILTER (WHERE shared AND NOT worked_on) AS shared,
       (SELECT count(*) FROM duplicate_leads
        WHERE import_id = ANY(%(imports)s) AND lead_id IS NOT NULL) AS seen,
       (SELECT count(*) FROM duplicate_leads
        WHERE import_id = ANY(%(imports)s) AND outcome = 'updated') AS updated,
       (SELECT count(*) FROM lead_feedback WHERE import_id = ANY(%(imports)s)) AS feedback
FROM (
    SELECT {worked_on} AS worked_on, EXISTS (
        SELECT FROM duplicate_leads AS d
        WHERE d.lead_id = l.lead_id AND d.import_id <> ALL(%(imports)s)) AS shared
    FROM leads_master AS l WHERE import_id = ANY(%(imports)s)) AS leads
