-- The imports whose contacts some returns are about. Read only.
SELECT DISTINCT import_id FROM returns WHERE return_id = ANY (%(returns)s)
