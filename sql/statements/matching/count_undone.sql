-- What the import had brought before it was taken back. Read only.
SELECT (SELECT count(*) FROM undone_leads) AS founded,
       (SELECT count(*) FROM duplicate_leads
        WHERE import_id = %(import_id)s AND lead_id IS NOT NULL) AS seen
