-- What senders posted and nobody could read, the newest first. Read only.
SELECT body_id, sender, path, reason, content_type, bytes, body, received_at
FROM malformed_bodies ORDER BY body_id DESC
