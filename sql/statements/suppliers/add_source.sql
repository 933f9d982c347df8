-- Enter a source on first sight. Safe to run again, also by two at once; a known one takes no lock.
INSERT INTO source_names (display_name, source_type)
SELECT %(display_name)s, %(source_type)s
WHERE NOT EXISTS (SELECT FROM source_names WHERE display_name = %(display_name)s
                  AND source_type = %(source_type)s)
ON CONFLICT DO NOTHING
