-- The last days of a webhook, in the zone of the account: its calls, and of the records that it should
-- have told, those that came by it and those that only a pull found (`missed`). A record that came a
-- moment ago may still be told. Days before the first call, and that day itself, have none that are
-- missed: the webhook was only being set up. Read only.
WITH today AS (
    SELECT time_zone AS zone, (%(now)s::timestamptz AT TIME ZONE time_zone)::date AS today FROM account),
hooks AS (
    SELECT * FROM connector_hooks WHERE source = %(source)s),
counted AS (
    SELECT (coalesce(i.occurred_at, i.received_at) AT TIME ZONE t.zone)::date AS day,
           count(*) FILTER (WHERE coalesce(i.pushed_at, n.received_at) IS NOT NULL) AS told,
           count(*) FILTER (WHERE coalesce(i.pushed_at, n.received_at) IS NULL
                              AND i.received_at < %(now)s::timestamptz - interval '15 minutes') AS missed
    FROM connector_inbox AS i LEFT JOIN connector_notices AS n USING (source, external_id)
    CROSS JOIN today AS t
    WHERE source = %(source)s AND NOT i.is_test AND i.problem IS NULL
      AND i.received_at >= (t.today - %(days)s::integer)::timestamp AT TIME ZONE t.zone
    GROUP BY 1)
SELECT day, day >= t.today - 1 AS is_recent, coalesce(h.delivered, 0) AS delivered,
       coalesce(h.refused, 0) AS refused, coalesce(h.challenged, 0) AS challenged,
       coalesce(c.told, 0) AS told,
       CASE WHEN day <= (SELECT min(day) FROM hooks) THEN 0 ELSE coalesce(c.missed, 0) END AS missed
FROM hooks AS h FULL JOIN counted AS c USING (day) CROSS JOIN today AS t
WHERE day > t.today - %(days)s::integer
ORDER BY day DESC
