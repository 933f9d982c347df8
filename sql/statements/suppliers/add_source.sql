-- Enter a source on first sight. Safe to run again, also by two at once.
INSERT INTO source_names (display_name, source_type) VALUES (%(display_name)s, %(source_type)s)
ON CONFLICT DO NOTHING
