-- Imports that are neither finished nor given up, oldest first. Read only.
SELECT * FROM lead_sources
WHERE status IN ('waiting', 'loaded', 'normalized', 'archived')
ORDER BY import_id
LIMIT %(most)s
