-- By supplier and week (from Monday, in the account's zone): what came, what is owed for it, and what the
-- sales team made of its new leads. Weeks in which nothing came are left out. Read only.
WITH came AS (
    SELECT s.*, date_trunc('week', s.archived_at AT TIME ZONE a.time_zone)::date AS week
    FROM lead_sources AS s CROSS JOIN account AS a
    WHERE s.supplier IS NOT NULL AND s.archived_at IS NOT NULL AND s.status <> 'undone'
      AND (%(supplier)s::text IS NULL OR s.supplier = %(supplier)s)
      AND s.archived_at >= (date_trunc('week', %(now)s AT TIME ZONE a.time_zone)
                            - (%(weeks)s - 1) * interval '1 week') AT TIME ZONE a.time_zone),
owed AS (
    SELECT import_id, sum(amount) AS owed FROM charges
    WHERE import_id IN (SELECT import_id FROM came) GROUP BY 1),
worked AS (
    SELECT import_id, count(*) FILTER (WHERE is_qualified) AS qualified,
           count(*) FILTER (WHERE lower(status) = ANY (%(sold)s)) AS sold
    FROM leads_master WHERE import_id IN (SELECT import_id FROM came) GROUP BY 1)
SELECT c.supplier, u.currency, c.week, sum(c.contacts_found)::bigint AS contacts,
       sum(c.contacts_callable)::bigint AS valid, sum(c.contacts_new)::bigint AS new,
       sum(c.contacts_in_file + c.contacts_same_source + c.contacts_cross_source)::bigint AS duplicates,
       sum(c.contacts_suppressed)::bigint AS suppressed, sum(c.contacts_invalid)::bigint AS invalid,
       coalesce(sum(o.owed), 0) AS owed, coalesce(sum(w.qualified), 0)::bigint AS qualified,
       coalesce(sum(w.sold), 0)::bigint AS sold
FROM came AS c
JOIN suppliers AS u USING (supplier)
LEFT JOIN owed AS o USING (import_id)
LEFT JOIN worked AS w USING (import_id)
GROUP BY c.supplier, u.currency, c.week
ORDER BY c.supplier, c.week
