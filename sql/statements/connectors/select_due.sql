-- What asks for a pull that does not wait for the clock; null where nothing does. A pull at work, and
-- one that just ended badly, are given time.
SELECT CASE
    WHEN EXISTS (SELECT FROM connector_notices AS n
                 WHERE n.source = %(source)s AND n.fetched_at IS NULL AND n.attempts < 20
                   AND n.received_at > coalesce(last.started_at, '-infinity'))
        THEN 'named-' || (SELECT extract(epoch FROM max(received_at))::text FROM connector_notices
                          WHERE source = %(source)s AND fetched_at IS NULL)
    WHEN last.started_at IS NULL OR last.started_at < now() - make_interval(mins => %(minutes)s + 1)
        THEN 'late-' || floor(extract(epoch FROM now()) / (60 * %(minutes)s))::text
    END AS key
FROM (SELECT max(started_at) AS started_at FROM connector_pulls
      WHERE source = %(source)s AND since IS NULL) AS last
