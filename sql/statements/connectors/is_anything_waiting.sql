-- Whether anything has to be brought to the bucket.
SELECT EXISTS (SELECT FROM connector_inbox
               WHERE delivery_id IS NULL AND problem IS NULL AND NOT is_test)
    OR EXISTS (SELECT FROM connector_deliveries WHERE put_at IS NULL) AS waiting
