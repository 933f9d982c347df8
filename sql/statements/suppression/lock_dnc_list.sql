-- One load at a time for a list; checks, which only refer to its row, go on.
SELECT list_id, name, kind, campaign FROM dnc_lists WHERE lower(name) = lower(%(name)s)
FOR NO KEY UPDATE
