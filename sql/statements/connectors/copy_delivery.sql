-- The lines of a delivery, always the same.
SELECT coalesce(lead, payload)::text AS line
FROM connector_inbox WHERE delivery_id = {delivery_id} ORDER BY inbox_id
