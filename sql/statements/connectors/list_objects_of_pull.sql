-- The objects of the bucket that the records of a pull went to.
SELECT object_key, version_tag, rows FROM connector_deliveries
WHERE delivery_id IN (SELECT delivery_id FROM connector_inbox WHERE pull_id = %(pull_id)s)
ORDER BY delivery_id
