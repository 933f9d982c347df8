-- The share of new contacts in the last import of each supplier that sent within a week, and the median share of
-- up to 20 imports before it, of which there are five at least. Read only.
WITH ordered AS (
    SELECT supplier, import_id, completed_at, contacts_new::float / contacts_found AS share,
           row_number() OVER (PARTITION BY supplier ORDER BY import_id DESC) AS place
    FROM lead_sources
    WHERE supplier IS NOT NULL AND status = 'completed' AND contacts_found >= 20
      AND completed_at > %(now)s::timestamptz - interval '180 days')
SELECT l.supplier, l.import_id, l.share AS last,
       (percentile_cont(0.5) WITHIN GROUP (ORDER BY b.share))::float AS usual
FROM ordered AS l JOIN ordered AS b ON b.supplier = l.supplier AND b.place BETWEEN 2 AND 21
WHERE l.place = 1 AND l.completed_at > %(now)s::timestamptz - interval '7 days'
GROUP BY 1, 2, 3 HAVING count(*) >= 5
