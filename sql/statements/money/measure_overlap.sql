-- Pairs of suppliers who sold the same people: who had them first by the time of the lead, how many of
-- them the later one sold within a day, and what is owed to both for them. Read only.
WITH seen AS (
    SELECT d.lead_id, s.supplier, d.received_at AS at, d.import_id, d.row_number, d.contact_number
    FROM duplicate_leads AS d JOIN lead_sources AS s USING (import_id)
    WHERE d.lead_id IS NOT NULL AND s.supplier IS NOT NULL AND s.status <> 'undone'
    UNION ALL
    SELECT l.lead_id, s.supplier, l.received_at, l.import_id, l.row_number, l.contact_number
    FROM leads_master AS l JOIN lead_sources AS s USING (import_id)
    WHERE s.supplier IS NOT NULL),
people AS (SELECT supplier, count(DISTINCT lead_id) AS people FROM seen GROUP BY 1),
sold AS (
    SELECT v.lead_id, v.supplier, min(v.at) AS at, coalesce(sum(c.amount), 0) AS owed
    FROM seen AS v
    LEFT JOIN charges AS c USING (import_id, row_number, contact_number)
    WHERE v.lead_id IN (SELECT lead_id FROM seen GROUP BY 1 HAVING count(DISTINCT supplier) > 1)
    GROUP BY 1, 2)
SELECT a.supplier AS first, b.supplier AS later, count(*) AS people,
       round(count(*)::numeric / p.people, 4) AS share_of_later,
       count(*) FILTER (WHERE b.at - a.at <= interval '24 hours') AS within_a_day,
       sum(a.owed) AS owed_first, sum(b.owed) AS owed_later,
       CASE WHEN u.currency = v.currency THEN sum(least(a.owed, b.owed)) END AS paid_twice
FROM sold AS a
JOIN sold AS b ON b.lead_id = a.lead_id AND (b.at, b.supplier) > (a.at, a.supplier)
JOIN people AS p ON p.supplier = b.supplier
JOIN suppliers AS u ON u.supplier = a.supplier
JOIN suppliers AS v ON v.supplier = b.supplier
WHERE a.supplier <> b.supplier
GROUP BY a.supplier, b.supplier, p.people, u.currency, v.currency
ORDER BY people DESC, 1, 2
