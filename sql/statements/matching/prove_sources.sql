-- No lead without a source: leads and their history whose source or import is not there. Read only.
SELECT (SELECT count(*) FROM leads_master AS l
        WHERE NOT EXISTS (SELECT FROM source_names AS s WHERE s.source_id = l.source_id))
            AS "leads of no source",
       (SELECT count(*) FROM leads_master AS l
        WHERE NOT EXISTS (SELECT FROM lead_sources AS i WHERE i.import_id = l.import_id))
            AS "leads of no import",
       (SELECT count(*) FROM lead_sources_history AS h
        WHERE NOT EXISTS (SELECT FROM leads_master AS l
                          WHERE l.lead_id = h.lead_id AND l.source_id <> h.source_id))
            AS "history of no lead, or of its own primary source"
