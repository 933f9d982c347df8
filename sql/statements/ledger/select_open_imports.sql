-- Imports that are neither finished nor given up: both ends of the line, oldest first. Read only.
WITH oldest AS (
    SELECT * FROM lead_sources
    WHERE status IN ('waiting', 'loaded', 'normalized', 'archived')
    ORDER BY import_id LIMIT %(most)s),
newest AS (
    SELECT * FROM lead_sources
    WHERE status IN ('waiting', 'loaded', 'normalized', 'archived')
      AND import_id > (SELECT max(import_id) FROM oldest)
    ORDER BY import_id DESC LIMIT %(most)s)
SELECT * FROM oldest UNION ALL SELECT * FROM newest
ORDER BY import_id
