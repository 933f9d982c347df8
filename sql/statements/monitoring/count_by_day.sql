-- What each of the last days brought, by the day on which its files arrived (in the account's time zone), the
-- newest first, with the notices that came up and the messages that arrived elsewhere; days without any of these are
-- left out. Undone imports count as such, their contacts not. Read only.
WITH span AS (
    SELECT time_zone AS zone,
           ((now() AT TIME ZONE time_zone)::date - (%(days)s::integer - 1))::timestamp AT TIME ZONE time_zone AS since
    FROM account),
files AS (
    SELECT (s.seen_at AT TIME ZONE a.zone)::date AS day, count(*) AS imports,
           count(*) FILTER (WHERE s.status = 'completed') AS completed,
           count(*) FILTER (WHERE s.status = 'failed') AS failed,
           count(*) FILTER (WHERE s.status = 'rejected') AS rejected,
           count(*) FILTER (WHERE s.status = 'undone') AS undone,
           count(*) FILTER (WHERE s.status NOT IN ('completed', 'failed', 'rejected', 'undone', 'duplicate')) AS open,
           count(*) FILTER (WHERE s.attempt > 1) AS tried_again,
           sum(s.rows_read) FILTER (WHERE s.status <> 'undone') AS rows_read,
           sum(s.rows_rejected) FILTER (WHERE s.status <> 'undone') AS rows_rejected,
           sum(s.contacts_found) FILTER (WHERE s.status <> 'undone') AS contacts,
           sum(s.contacts_new) FILTER (WHERE s.status <> 'undone') AS new,
           sum(s.contacts_in_file + s.contacts_same_source + s.contacts_cross_source)
               FILTER (WHERE s.status <> 'undone') AS duplicates,
           sum(s.contacts_suppressed) FILTER (WHERE s.status <> 'undone') AS suppressed,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.completed_at - s.seen_at))
               AS seconds_p50,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM s.completed_at - s.seen_at))
               AS seconds_p95
    FROM lead_sources AS s JOIN span AS a ON s.seen_at >= a.since
    GROUP BY 1),
raised AS (
    SELECT (n.first_seen_at AT TIME ZONE a.zone)::date AS day, count(*) AS notices
    FROM notices AS n JOIN span AS a ON n.first_seen_at >= a.since GROUP BY 1),
sent AS (
    SELECT (d.delivered_at AT TIME ZONE a.zone)::date AS day, count(*) AS messages
    FROM notice_deliveries AS d JOIN span AS a ON d.delivered_at >= a.since GROUP BY 1)
SELECT day, coalesce(f.imports, 0) AS imports, coalesce(f.completed, 0) AS completed,
       coalesce(f.failed, 0) AS failed, coalesce(f.rejected, 0) AS rejected, coalesce(f.undone, 0) AS undone,
       coalesce(f.open, 0) AS open, coalesce(f.tried_again, 0) AS tried_again,
       coalesce(f.rows_read, 0)::bigint AS rows_read, coalesce(f.rows_rejected, 0)::bigint AS rows_rejected,
       coalesce(f.contacts, 0)::bigint AS contacts, coalesce(f.new, 0)::bigint AS new,
       coalesce(f.duplicates, 0)::bigint AS duplicates, coalesce(f.suppressed, 0)::bigint AS suppressed,
       coalesce(r.notices, 0) AS notices, coalesce(s.messages, 0) AS messages, f.seconds_p50, f.seconds_p95
FROM files AS f FULL JOIN raised AS r USING (day) FULL JOIN sent AS s USING (day)
ORDER BY day DESC
