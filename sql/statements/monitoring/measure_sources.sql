-- Each source that is pulled or told of: seconds since its last pull that ended well (`behind`: or else since its
-- first one began), and what waits in its inbox; of its webhook, calls that were refused. Read only.
SELECT source, extract(epoch FROM %(now)s::timestamptz - p.ended_at)::float AS since_pull,
       extract(epoch FROM %(now)s::timestamptz - coalesce(p.ended_at, p.began_at))::float AS behind,
       coalesce(i.waiting, 0) AS waiting, coalesce(i.problems, 0) AS problems,
       coalesce(i.oldest, 0)::float AS oldest_waiting, coalesce(h.refused, 0) AS refused
FROM (SELECT source, max(ended_at) FILTER (WHERE status = 'done') AS ended_at, min(started_at) AS began_at
      FROM connector_pulls GROUP BY 1) AS p
FULL JOIN (
    SELECT source, count(*) FILTER (WHERE problem IS NULL) AS waiting,
           count(*) FILTER (WHERE problem IS NOT NULL) AS problems,
           extract(epoch FROM %(now)s::timestamptz - min(received_at) FILTER (WHERE problem IS NULL)) AS oldest
    FROM connector_inbox WHERE delivery_id IS NULL AND NOT is_test GROUP BY 1) AS i USING (source)
FULL JOIN (SELECT source, sum(refused)::bigint AS refused FROM connector_hooks GROUP BY 1) AS h
    USING (source)
