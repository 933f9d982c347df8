-- Settle one more thing about reading, and leave what else is settled. Safe to run again.
INSERT INTO reading_choices AS c (scope, name, choices)
VALUES (%(scope)s, %(name)s, %(choices)s)
ON CONFLICT (scope, name)
DO UPDATE SET choices = c.choices || excluded.choices, settled_at = now()
