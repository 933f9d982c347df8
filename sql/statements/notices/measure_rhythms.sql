-- Suppliers that sent at least five lists within 90 days: how many days lie between two of them as a rule (the
-- median; lists of one day are one), and how many since the last one. Read only.
WITH days AS (
    SELECT DISTINCT supplier, seen_at::date AS day FROM lead_sources
    WHERE supplier IS NOT NULL AND seen_at > %(now)s::timestamptz - interval '90 days' AND status <> 'undone'),
gaps AS (
    SELECT supplier, day, day - lag(day) OVER (PARTITION BY supplier ORDER BY day) AS gap FROM days)
SELECT supplier, (percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::float AS usual_days,
       (%(now)s::timestamptz::date - max(day))::float AS silent_days
FROM gaps GROUP BY 1 HAVING count(*) >= 5
