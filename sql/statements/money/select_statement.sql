-- One statement with its lines. Read only.
SELECT * FROM statements WHERE statement_id = %(statement_id)s
