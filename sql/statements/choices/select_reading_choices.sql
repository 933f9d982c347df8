-- What was settled for an object and for its supplier; the object's own first. Read only.
SELECT scope, name, choices, settled_at FROM reading_choices
WHERE (scope = 'object' AND name = %(object_key)s) OR (scope = 'supplier' AND name = %(supplier)s)
ORDER BY scope
