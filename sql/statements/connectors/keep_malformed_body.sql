-- What a sender posted and nobody could read; in its place goes the oldest of the sender.
WITH kept AS (
    INSERT INTO malformed_bodies (sender, path, reason, content_type, bytes, body)
    VALUES (%(sender)s, %(path)s, %(reason)s, %(content_type)s, %(bytes)s, %(body)s))
DELETE FROM malformed_bodies
WHERE body_id IN (SELECT body_id FROM malformed_bodies WHERE sender = %(sender)s
                  ORDER BY body_id DESC OFFSET %(others)s)
