-- Somebody decides about an open return.
UPDATE returns
SET state = %(state)s, told = %(told)s, decided_at = %(now)s, decided_by = %(who)s
WHERE return_id = %(return_id)s AND state = 'open'
RETURNING *
