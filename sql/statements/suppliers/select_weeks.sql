-- What suppliers sent by week, the oldest first: contacts, and how many of them were new. Weeks begin on
-- Monday in the account's time zone; those in which nothing came are left out. Read only.
SELECT s.supplier, date_trunc('week', s.archived_at AT TIME ZONE a.time_zone)::date AS week,
       sum(s.contacts_found)::bigint AS contacts, sum(s.contacts_new)::bigint AS leads
FROM lead_sources AS s CROSS JOIN account AS a
WHERE s.supplier IS NOT NULL AND s.archived_at IS NOT NULL AND s.status <> 'undone'
  AND s.archived_at >= date_trunc('week', now()) - %(weeks)s * interval '1 week'
GROUP BY 1, 2
ORDER BY 1, 2
