-- Rejected rows in whose text the number, address or id stands that is asked for. Read only.
SELECT import_id, row_number FROM rejected_leads
WHERE raw::text ~* %(pattern)s
ORDER BY import_id DESC, row_number
LIMIT %(most)s
