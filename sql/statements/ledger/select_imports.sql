-- The newest imports first. Read only.
SELECT * FROM lead_sources ORDER BY import_id DESC LIMIT %(most)s
