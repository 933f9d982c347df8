-- What a file of feedback gave back, open or approved, is not given back any more.
UPDATE returns
SET state = 'withdrawn', told = %(cause)s, decided_at = %(now)s, decided_by = %(cause)s
WHERE feedback_import_id = %(import_id)s AND state IN ('open', 'approved')
RETURNING return_id
