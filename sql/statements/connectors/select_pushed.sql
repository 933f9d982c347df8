-- What was told of a record by pushes alone, as long as it is not on its way; nobody changes it
-- meanwhile.
SELECT payload FROM connector_inbox
WHERE source = %(source)s AND external_id = %(external_id)s AND polled_at IS NULL
  AND delivery_id IS NULL
FOR UPDATE
