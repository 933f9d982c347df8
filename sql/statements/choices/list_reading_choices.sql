-- Every settled way of reading. Read only.
SELECT scope, name, choices, settled_at FROM reading_choices ORDER BY scope, name
