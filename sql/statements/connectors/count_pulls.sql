-- Pulls of the last days by source: all, and those that ended well.
SELECT source, count(*) AS pulls, count(*) FILTER (WHERE status = 'done') AS done,
       round(100.0 * count(*) FILTER (WHERE status = 'done') / count(*), 1) AS percent,
       sum(new) AS new, avg(ended_at - started_at) AS duration, max(started_at) AS last_started_at
FROM connector_pulls
WHERE started_at > now() - make_interval(days => %(days)s) AND status <> 'running'
GROUP BY source ORDER BY source
