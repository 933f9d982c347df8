-- Settle how a supplier's files, or one object, are to be read. Safe to run again.
INSERT INTO reading_choices (scope, name, choices) VALUES (%(scope)s, %(name)s, %(choices)s)
ON CONFLICT (scope, name) DO UPDATE SET choices = excluded.choices, settled_at = now()
