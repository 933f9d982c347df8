-- Which of these records of a source the inbox holds.
SELECT external_id FROM connector_inbox WHERE source = %(source)s AND external_id = ANY (%(external_ids)s)
