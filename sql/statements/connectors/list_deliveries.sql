-- Deliveries that do not lie in the bucket yet, the oldest first.
SELECT * FROM connector_deliveries WHERE put_at IS NULL ORDER BY delivery_id
