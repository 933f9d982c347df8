-- Where a part of a source stands; in the transaction that keeps what was read up to there.
INSERT INTO connector_cursors (source, part, title, position, moved_at)
VALUES (%(source)s, %(part)s, %(title)s, %(position)s, %(now)s)
ON CONFLICT (source, part) DO UPDATE
SET title = excluded.title, position = excluded.position, moved_at = excluded.moved_at
