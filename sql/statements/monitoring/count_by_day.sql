-- What each of the last days brought, by the day on which its files arrived (in the account's time zone), the
-- newest first; days without a file are left out. Undone imports count as such, their contacts not. Read only.
SELECT (s.seen_at AT TIME ZONE a.time_zone)::date AS day, count(*) AS imports,
       count(*) FILTER (WHERE s.status = 'completed') AS completed,
       count(*) FILTER (WHERE s.status = 'failed') AS failed,
       count(*) FILTER (WHERE s.status = 'rejected') AS rejected,
       count(*) FILTER (WHERE s.status = 'undone') AS undone,
       count(*) FILTER (WHERE s.status NOT IN ('completed', 'failed', 'rejected', 'undone', 'duplicate')) AS open,
       count(*) FILTER (WHERE s.attempt > 1) AS tried_again,
       coalesce(sum(s.rows_read) FILTER (WHERE s.status <> 'undone'), 0)::bigint AS rows_read,
       coalesce(sum(s.rows_rejected) FILTER (WHERE s.status <> 'undone'), 0)::bigint AS rows_rejected,
       coalesce(sum(s.contacts_found) FILTER (WHERE s.status <> 'undone'), 0)::bigint AS contacts,
       coalesce(sum(s.contacts_new) FILTER (WHERE s.status <> 'undone'), 0)::bigint AS new,
       coalesce(sum(s.contacts_in_file + s.contacts_same_source + s.contacts_cross_source)
                FILTER (WHERE s.status <> 'undone'), 0)::bigint AS duplicates,
       coalesce(sum(s.contacts_suppressed) FILTER (WHERE s.status <> 'undone'), 0)::bigint AS suppressed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.completed_at - s.seen_at))
           AS seconds_p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM s.completed_at - s.seen_at))
           AS seconds_p95
FROM lead_sources AS s CROSS JOIN account AS a
WHERE s.seen_at >= ((now() AT TIME ZONE a.time_zone)::date - (%(days)s::integer - 1))::timestamp
                   AT TIME ZONE a.time_zone
GROUP BY 1
ORDER BY 1 DESC
