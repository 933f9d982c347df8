-- A step is at work from now on; what one that died left a day ago is swept away. Safe to run again.
WITH swept AS (
    DELETE FROM import_progress
    WHERE noted_at < now() - interval '1 day' AND import_id <> %(import_id)s)
INSERT INTO import_progress (import_id, step) VALUES (%(import_id)s, %(step)s)
ON CONFLICT (import_id) DO UPDATE
SET step = excluded.step, rows_done = NULL, rows_total = NULL, began_at = now(), noted_at = now()
